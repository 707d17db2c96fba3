import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { appFiles } from "../../features/init/verbs/app-files";
import { packageRoot } from "../../lib/app-root";
import { readOptions } from "../../local/terminal/options";
import { pages } from "./pages";
import { shellWords } from "./shell-words";

describe("an npm script", () => {
  const scriptsIn = (manifest = "") => Object.keys((JSON.parse(manifest) as { scripts: object }).scripts);
  const app = appFiles({ name: "app", packed: "vendor/entra-gatehouse.tgz", packageManager: "npm" });
  const scripts = [...scriptsIn(readFileSync(join(packageRoot, "package.json"), "utf8")), ...scriptsIn(app["package.json"])];
  const named = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/npm run (?:--silent )?([a-z-]+)/g)].map(([, script = ""]) => ({ page: name, script })),
  );

  it.each(named)("exists here or in an app if $page names it: $script", ({ script }) => expect(scripts).toContain(script));

  const starts = pages
    .flatMap(({ name, text }) =>
      [...text.matchAll(/npm start -- ([^`|\n]+)/g)].map(([, flags = ""]) => ({ page: name, flags: flags.trim() })),
    )
    .filter(({ flags }) => flags !== "--help");
  it.each(starts)("is shown on $page only with options that npm start knows: $flags", ({ flags }) => {
    const args = shellWords(flags);
    const options = readOptions(args, {});
    if (args[0] === "--policy" && args[1] !== "DIR") expect(existsSync(join(packageRoot, options.policy))).toBe(true);
  });
});
