// What a person does with the page, and what the page must not do.
const { chromium } = require("playwright-core");

const [browserPath, page_, expected] = [process.argv[2], process.argv[3], Number(process.argv[4])];
let passed = 0;
const check = (fact, what) => {
  if (!fact) {
    console.error(`failed: ${what}`);
    process.exitCode = 1;
  } else passed += 1;
};

// WCAG 2.1, relative luminance and contrast.
const contrast = (one, other) => {
  const light = (colour) => {
    const parts = colour.match(/[\d.]+/g).slice(0, 3).map((part) => Number(part) / 255);
    const [r, g, b] = parts.map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};

(async () => {
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const wrong = [];
    page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("dialog", (dialog) => wrong.push(dialog.message()));
    const asked = [];
    await page.route("**/*", (route) => {
      const url = route.request().url();
      if (url.startsWith("file:")) return route.continue();
      asked.push(url);
      return route.abort();
    });
    await page.goto(`file://${page_}`);
    const visible = () => page.locator("tbody tr:visible").count();
    check((await visible()) === expected, `${colorScheme}: all flags are shown`);

    // The keyboard alone: to the search field, type, on to a column's button, sort it both ways.
    await page.keyboard.press("Tab");
    check((await page.evaluate(() => document.activeElement.name)) === "text", "the first stop is the search");
    const begin = Date.now();
    await page.keyboard.type("flag-19");
    check((await visible()) === 111, `typing filters: ${await visible()}`);
    check(Date.now() - begin < 5000, "filtering 2,000 flags takes no time that is felt");
    check((await page.locator("#count").textContent()) === `111 of ${expected} flags`, "the count is told");
    check((await page.evaluate(() => location.hash)).includes("text=flag-19"), "the address remembers the filter");
    for (let stop = 0; stop < 12; stop += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement.textContent === "Since")) break;
    }
    await page.keyboard.press("Enter");
    const head = page.locator("thead th", { hasText: "Since" });
    check((await head.getAttribute("aria-sort")) === "ascending", "Enter sorts");
    await page.keyboard.press("Enter");
    check((await head.getAttribute("aria-sort")) === "descending", "Enter sorts the other way");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    check(outline !== "none", "one sees where the focus is");

    for (const selector of ["body", ".quiet", ".state.stale", "thead th", "tbody th p", "td ul li", ".note"]) {
      const found = page.locator(selector).first();
      if ((await found.count()) === 0) continue;
      const [ink, ground] = await found.evaluate((element) => {
        let behind = element;
        const ground = () => getComputedStyle(behind).backgroundColor;
        while (behind.parentElement && ground() === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
        return [getComputedStyle(element).color, ground()];
      });
      const ratio = contrast(ink, ground);
      check(ratio >= 4.5, `${colorScheme}: ${selector} has a contrast of ${ratio.toFixed(2)}`);
    }
    check(wrong.length === 0, `${colorScheme}: ${wrong.join("; ")}`);
    check(asked.length === 0, `${colorScheme}: the page asked for ${asked.join(", ")}`);
    await context.close();
  }
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const page = await plain.newPage();
  await page.goto(`file://${page_}`);
  check((await page.locator("tbody tr").count()) === expected, "without scripts the table is whole");
  check((await page.locator("svg rect").count()) > expected, "without scripts the pictures are there");
  await browser.close();
  console.log(`${passed} passed`);
})();
