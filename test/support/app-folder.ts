import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The repository; not by `lib/app-root` and the like, which a suite may have replaced. */
const repository = join(__dirname, "..", "..");

/** A path in the repository where an app can be made. */
export const newAppPath = (): string => join(repository, `.local-test-app-${randomUUID().slice(0, 8)}`);

/**
 * A CDK app in the repository: `bin/app.ts` with other settings.
 * @param files texts by name, beside settings.ts
 * @returns its folder
 */
export function makeAppFolder(settings: object, files: Readonly<Record<string, string>> = {}, app = newAppPath()): string {
  mkdirSync(app, { mode: 0o700 });
  const { context } = JSON.parse(readFileSync(join(repository, "cdk.json"), "utf8"));
  const all = {
    "cdk.json": JSON.stringify({
      app: "node --require ../bin/typescript.cjs ../bin/app.ts",
      context,
    }),
    "tsconfig.json": JSON.stringify({ extends: "../tsconfig.json" }),
    "settings.ts": `export default ${JSON.stringify(settings)};`,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(app, name)), { recursive: true });
    writeFileSync(join(app, name), text);
  }
  symlinkSync("../node_modules", join(app, "node_modules"));
  return app;
}

export const removeAppFolder = (app: string): void => rmSync(app, { recursive: true, force: true });
