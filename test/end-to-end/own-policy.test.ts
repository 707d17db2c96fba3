import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { Shutdown } from "../../local/run/lasting";
import { startGatehouse } from "../../local/run/run";
import { explainStart } from "../../local/start";
import { startInVain } from "../support/gate";
import { startOptions } from "../support/start-options";

it("npm start ends with one sentence if its data cannot be written", async () => {
  const { code, printed } = await startInVain(["--data", "package.json"], { npm: true });
  expect({ code, printed }).toEqual({ code: 1, printed: expect.stringMatching(/^The data folder \S+ cannot be written .*--data DIR\n$/) });
});

it("npm start ends with file, line and reason if the policy cannot be loaded", async () => {
  const folder = mkdtempSync(join(packageRoot, ".local-test-policy-"));
  const source = `import { beforeCreateUser, onlyDomains } from "entra-gatehouse";\n\nexport default beforeCreateUser([onlyDomains(["no domain"])], { trust: "any" });\n`;
  writeFileSync(join(folder, "before-create-user.ts"), source);
  const shutdown = new Shutdown();
  const context = { print: () => undefined, timeZone: "UTC", shutdown, signal: new AbortController().signal };
  try {
    const failed = await startGatehouse({ ...startOptions, policy: relative(packageRoot, folder) }, context).catch(explainStart);
    expect(failed).toMatch(/before-create-user\.ts:3.*"no domain" is not a domain/s);
  } finally {
    await shutdown.run();
    rmSync(folder, { recursive: true });
  }
});
