import { launchBrowser, flaws } from "./test/browser/browser";
const info = JSON.parse(require("fs").readFileSync("/tmp/w8start.log","utf8").split("\n").find((l:string)=>l.startsWith("{")));
(async () => {
  const b = await launchBrowser();
  const [,, ...args] = process.argv;
  const sim = new URL(info.simulatorUrl);
  for (const a of args) {
    const [name, path, opt=""] = a.split("|");
    const o: any = { locale: opt.includes("ko")?"ko-KR":"en-US", viewport: opt.includes("phone")?{width:390,height:844}:{width:1280,height:830}, colorScheme: opt.includes("dark")?"dark":"light" };
    await b.with(o, async (page: any) => {
      await page.goto(info.simulatorUrl);
      const t=Date.now();
      await page.goto(new URL(path, sim).href);
      console.log(name, Date.now()-t, "ms", await page.title(), await page.evaluate("document.documentElement.scrollWidth"));
      await page.screenshot({ path: `/tmp/w8-${name}.png`, fullPage: opt.includes("full") });
      if (opt.includes("axe")) console.log((await flaws(page)).map((f:string)=>f.slice(0,300)).join("\n"));
    });
  }
  await b.close();
})();
