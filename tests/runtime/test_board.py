"""The live board, on a real terminal of its own: what it shows, that it stays true, and that it leaves the terminal as
it was."""
import json
import signal
import subprocess
import termios
import unittest

import area
from command import MET, Command
from terminal import WAIT, Terminal


class Board(Command):
    def board(self, *words, name="mash-desk", **more):
        t = Terminal([area.BIN / "triage", "board", "mash", "--profile", self.path(name), *words], **more)
        self.addCleanup(t.close)
        return t

    serial = 0

    def new(self):
        Board.serial += 1
        return self.submit(area.concern(adults=[{**area.concern()["adults"][0], "name": f"Iris Panel {self.serial}"}]))

    def give_back(self, reference):
        self.as_("mash-desk", "return", reference, "--reason", "The end of the test.", "--worker", "w-marsh")

    def test_it_shows_what_waits_and_who_has_what_and_nothing_that_a_person_wrote(self):
        waiting, taken = self.new(), self.new()
        t = self.board()
        t.shows(waiting)
        self.as_("mash-desk-2", "take", taken, "--worker", "w-reed")
        text = t.until(lambda text: any(taken in x and "w-reed" in x for x in text.splitlines()), "who took it")
        row = next(x for x in text.splitlines() if waiting in x)
        self.assertIn("amber", row)
        self.assertIn("0 min", row)
        self.assertRegex(row, r"in \d+ [dh]")
        for word in ("Panel", "slap", "Fernsby"):
            self.assertNotIn(word, text)
        self.as_("mash-desk-2", "return", taken, "--reason", "Not mine.", "--worker", "w-reed")
        t.until(lambda text: not any("w-reed" in x for x in text.splitlines()), "it was given back")

    def test_what_is_met_and_nobody_leads_is_marked_with_how_long_until_somebody_does(self):
        reference = self.new()
        t = self.board()
        t.shows(reference)
        self.as_("mash-desk", "take", reference, "--worker", "w-marsh")
        self.as_("mash-desk", "decide", reference, *MET, "--worker", "w-marsh")
        marked = lambda text: next((x for x in text.splitlines() if reference in x and "nobody leads 0 min" in x), "")
        row = marked(t.until(marked, "it is marked"))
        self.assertRegex(row, r"amber .* in \d+ [dh] .* met, nobody leads 0 min")
        self.assertIn("; 1 nobody leads; ", t.text)
        self.assertIn("1 met, and nobody leads", self.as_("mash-desk", "board", "mash").stderr)
        tasks = self.as_("mash-desk", "tasks", "mash").stdout
        self.assertRegex(tasks, rf"{reference} .* met, nobody leads .* by \d{{4}}-.*, decided \d{{4}}-")
        look = self.as_("mash-desk", "case", reference, "--reason", "Duty.", "--worker", "w-marsh").stdout
        self.assertRegex(look, r"it is: decided met, with Adults MASH\n  met, nobody leads, decided .*, lead due by ")
        backlog = self.as_("key-heron", "report", "backlog").stdout
        self.assertRegex(backlog, r"Met, and nobody leads[^\n]*\narea +all +1, the longest 0 min, since ")
        self.as_("mash-desk", "offer", reference, "--team", "community_east", "--relationship", "open_allocation",
                 "--source", "Case notes", "--date", "now", "--source-in-team", "no", "--worker", "w-marsh")
        t.until(lambda text: any(reference in x and "offered, 0 min, Eastfield" in x for x in text.splitlines()), "offered")
        self.assertIn("offered to Eastfield community team", self.as_("mash-desk", "tasks", "mash").stdout)
        theirs = self.as_("east-desk", "board", "community_east")
        self.assertRegex(theirs.stdout, rf"{reference} .* offered ")
        self.as_("east-desk", "accept", reference, "--lead", "w-birch", "--tell-adult", "By visit.", "--worker", "w-birch")
        t.until(lambda text: reference not in text, "somebody leads it")
        self.assertNotIn("nobody leads", t.text)

    def test_teams_go_by_their_names_and_are_found_by_them(self):
        reference = self.new()
        by_name = self.as_("mash-desk", "board", "Adults MASH").stdout
        self.assertIn(reference, by_name)
        self.assertIn(reference, self.as_("mash-desk", "queue", "adults mash").stdout)
        t = self.board()
        t.shows("Adults MASH")
        self.assertIn("Adults MASH", self.as_("key-heron", "report", "backlog", "--by", "team").stdout)
        rows = json.loads(self.as_("key-heron", "report", "backlog", "--by", "team", "--json").stdout)["rows"]
        self.assertIn("mash", {row.get("group") for row in rows}, "machines read ids")
        workers = self.as_("mash-desk", "workers", "Adults MASH").stdout
        self.assertRegex(workers, r"w-marsh .* Adults MASH: W-Marsh")

    def test_a_colour_that_rose_shows_what_it_was(self):
        reference = self.new()
        t = self.board()
        t.shows(reference)
        self.as_("mash-desk", "take", reference, "--worker", "w-marsh")
        self.as_("mash-desk", "rate", reference, "--to", "red", "--reason", "The carer is back.", "--worker", "w-marsh")
        t.shows("amber -> red")
        self.give_back(reference)

    def test_keys_move_pause_and_leave_and_the_terminal_is_as_it_was(self):
        references = [self.new() for _ in range(8)]
        t = self.board(lines=7)
        t.until(lambda text: f"of {self.waiting()}" in text, "all of it")
        first = t.text
        t.keys("\x1bOF")  # End
        t.until(lambda text: text.splitlines()[2] != first.splitlines()[2], "the end")
        t.keys("\x1bOH")
        t.until(lambda text: text.splitlines()[2] == first.splitlines()[2], "the head")
        t.keys("p")
        t.shows("PAUSED, 0 new")
        later = self.new()
        t.keys("G")  # a key that means nothing
        t.shows("PAUSED, 1 new")
        self.assertNotIn(later, t.text)
        t.keys("p")
        t.shows("p pause")
        t.keys("q")
        self.assertEqual(t.ended(), 0)
        self.assertEqual(termios.tcgetattr(t.slave), t.before)
        self.assertTrue(references)

    def waiting(self):
        return json.loads(self.as_("mash-desk", "queue", "mash", "--json").stdout)["total"]

    def test_ctrl_c_gives_the_terminal_back(self):
        self.new()
        t = self.board()
        t.shows("q quit")
        t.keys("\x03")
        self.assertEqual(t.ended(), 0)
        self.assertEqual(termios.tcgetattr(t.slave), t.before)
        self.assertIn(b"\x1b[?1049l", t.sent, "the screen from before is back")

    def test_it_fits_whatever_room_there_is(self):
        reference = self.new()
        t = self.board()
        t.shows(reference)
        for columns, lines in ((60, 6), (80, 4), (40, 2), (20, 1), (200, 50)):
            t.resize(columns, lines)
            t.until(lambda text: "Adults MASH" in text, f"{columns} x {lines}")
        t.shows(reference)

    def test_it_says_that_it_lost_the_council_and_finds_it_again(self):
        reference = self.new()
        t = self.board()
        t.shows(reference)
        self.a.stop()
        t.shows("NOT CONNECTED since")
        self.a.start()
        t.until(lambda text: "NOT CONNECTED" not in text and reference in text, "it is back")

    def test_colours_stand_beside_their_words_and_can_be_left_out(self):
        reference = self.new()
        t = self.board()
        t.shows(reference)
        self.assertIn(b"\x1b[33m", t.sent)
        plain = self.board(environment={"NO_COLOR": "1"})
        plain.shows(reference)
        self.assertIn("amber", plain.text)
        self.assertNotRegex(plain.sent, rb"\x1b\[[0-9;]*3[1-3]m")

    def test_without_a_terminal_it_is_plain_text_once(self):
        reference = self.new()
        text = self.as_("mash-desk", "board", "mash").stdout
        self.assertIn(reference, text)
        self.assertNotIn("\x1b", text)
        dumb = self.board(environment={"TERM": "no-such-terminal"})
        dumb.shows(reference)
        self.assertEqual(dumb.ended(), 0, dumb.text)
        self.assertIn("no queue of that name", self.as_("mash-desk", "board", "nowhere", code=6).stderr)

    def test_a_listing_says_where_it_begins_and_ends_even_when_nothing_stands_there(self):
        with self.a.client("east-desk") as c:
            c.request("follow_queue", {"team": "community_east", "credit": 5, "held": True})
            push = c.push(WAIT).queue_push
            self.assertEqual((push.first, push.listed, len(push.headlines)), (True, True, 0))

    def test_what_somebody_has_is_told_after_all_that_waits_on_whatever_credit(self):
        taken = {self.new() for _ in range(3)}
        waiting = {self.new() for _ in range(3)}
        for reference in taken:
            self.as_("mash-desk", "take", reference, "--worker", "w-marsh")
        with self.a.client("mash-desk") as c:
            c.request("follow_queue", {"team": "mash", "credit": 1, "held": True})
            told = []
            while not (push := c.push(WAIT).queue_push).listed:
                told += [(h.reference, h.held_by) for h in push.headlines]
                c.send("credit", {"team": "mash", "credit": 1})
            told += [(h.reference, h.held_by) for h in push.headlines]
        self.assertLessEqual(waiting | taken, {r for r, _ in told})
        self.assertEqual({r for r, by in told if by}, taken)
        self.assertEqual([bool(by) for _, by in told], sorted(bool(by) for _, by in told))
        self.assertEqual(len(told), len(set(told)), "each once")
        for reference in taken:
            self.give_back(reference)

    def test_json_is_a_line_for_each_push(self):
        reference = self.new()
        p = subprocess.Popen([area.BIN / "triage", "board", "mash", "--json", "--profile", self.path("mash-desk")],
                             stdout=subprocess.PIPE, text=True)
        self.addCleanup(p.stdout.close)
        seen = set()
        while reference not in seen:
            push = json.loads(p.stdout.readline())
            seen |= {h["reference"] for h in push.get("headlines", [])}
        p.send_signal(signal.SIGINT)
        self.assertEqual(p.wait(WAIT), 0)


if __name__ == "__main__":
    unittest.main()
