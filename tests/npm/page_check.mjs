// The page of `triage policy show --html` against axe-core, the checker that browsers' accessibility
// tools are built on, and against what it cannot see without a screen: contrast, captions, print.
// Spoilt pages are checked as well: each fault has to be found, or the check would be none.
//   usage: page_check.mjs TRIAGE PACK|FILE.dmn...
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [triage, ...packs] = process.argv.slice(2);

async function axeFinds(html) {
  const { window } = new JSDOM(html, { runScripts: "outside-only", pretendToBeVisual: true });
  window.eval(axe);
  // Contrast needs a layout, which there is none of here: see contrastFaults.
  const result = await window.axe.run(window.document, { rules: { "color-contrast": { enabled: false } } });
  window.close();
  return [...result.violations, ...result.incomplete]
    .flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help} (${n.html.slice(0, 80)})`));
}

// WCAG 2.2, 1.4.6: the relative luminance of two colours, lighter over darker.
function luminance(hex) {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, "$&$&") : hex;
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(full.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrastFaults(css) {
  const colours = (name) => [...css.matchAll(new RegExp(`(?<![-\\w])${name}:(#[0-9a-f]{3,6})`, "gi"))].map((m) => m[1]);
  const faults = [];
  for (const text of colours("color")) {
    for (const ground of colours("background")) {
      const [light, dark] = [luminance(text), luminance(ground)].sort((a, b) => b - a);
      if ((light + 0.05) / (dark + 0.05) < 7) faults.push(`contrast: ${text} on ${ground} is below 7:1`);
    }
  }
  return colours("color").length && colours("background").length ? faults : ["contrast: no colours are set"];
}

function pageFaults(html) {
  const { document } = new JSDOM(html).window;
  const all = (what) => [...document.querySelectorAll(what)];
  const faults = contrastFaults(all("style").map((s) => s.textContent).join(""));
  const has = (ok, what) => ok || faults.push(what);
  has(document.doctype?.name === "html", "no document type");
  has(document.documentElement.lang === "en-GB", "no language");
  has(document.title.trim(), "no title");
  has(all("h1").length === 1, "not one main heading");
  has(all("script, link, img, iframe, [onclick], [style]").length === 0, "a script, or something from elsewhere");
  has(/@media print/.test(html) && /@page/.test(html), "no way to print");
  const levels = all("h1, h2, h3, h4").map((h) => Number(h.tagName[1]));
  has(levels.every((level, i) => level <= (levels[i - 1] ?? 0) + 1), "a heading skips a level");
  for (const table of all("table")) {
    has(table.caption?.textContent.trim(), "a table without a caption");
    has([...table.querySelectorAll("th")].every((th) => th.scope), "a header without its scope");
    has([...table.tBodies[0].rows].every((r) => r.cells[0].scope === "row"), "a row without its header");
    const width = table.tHead.rows[0].cells.length;
    has([...table.rows].every((r) => r.cells.length === width), "a row with too few or many cells");
  }
  const captions = all("caption").map((c) => c.textContent), ids = all("[id]").map((e) => e.id);
  has(new Set(ids).size === ids.length, "two things have the same id");
  has(all("a").every((a) => document.getElementById(a.getAttribute("href").slice(1))), "a link leads nowhere");
  return [...faults, ...(captions.length ? [] : ["no table at all"])];
}

const spoil = [
  ["the language", (h) => h.replace(' lang="en-GB"', "")],
  ["the title", (h) => h.replace(/<title>[^<]*/, "<title>")],
  ["a heading", (h) => h.replace("<h2", "<h4").replace("</h2", "</h4")],
  ["a caption", (h) => h.replace(/<caption>[^<]*<\/caption>/, "")],
  ["a scope", (h) => h.replace(' scope="col"', "")],
  ["the contrast", (h) => h.replace("color:#111", "color:#888")],
  ["a script", (h) => h.replace("</main>", "<script>1</script></main>")],
  ["the main part", (h) => h.replace("<main>", "<div>").replace("</main>", "</div>")],
];

// The first tables of a page and its end: all tables come of the same few lines, and axe takes
// seconds for each hundred rows.
function shortened(html, tables) {
  const { document } = new JSDOM(html).window;
  const kept = [...document.querySelectorAll("table")].slice(0, tables);
  const gone = [...document.querySelectorAll("main > *")]
    .filter((e) => kept.at(-1)?.compareDocumentPosition(e) & 4); // what follows the last of them
  gone.forEach((e) => e.remove());
  for (const a of document.querySelectorAll("a")) {
    if (!document.getElementById(a.getAttribute("href").slice(1))) a.closest("li").remove();
  }
  return `<!DOCTYPE html>\n${document.documentElement.outerHTML}`;
}

let failed = 0;
let small;
for (const pack of packs) {
  const page = execFileSync(triage, ["policy", "show", pack, "--html"], { encoding: "utf8", maxBuffer: 1 << 26 });
  small = shortened(page, 2);
  const faults = [...pageFaults(page), ...pageFaults(small), ...(await axeFinds(small))];
  console.log(`${pack}: ${faults.length ? faults.join("\n  ") : "nothing found"}`);
  failed += faults.length;
}
for (const [what, how] of spoil) {
  const spoilt = how(small);
  const found = spoilt !== small && [...pageFaults(spoilt), ...(await axeFinds(spoilt))].length > 0;
  if (!found) console.log(`not found: ${what}`);
  failed += found ? 0 : 1;
}
process.exit(failed ? 1 : 0);
