import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

const read = (file: string) => readFileSync(join(packageRoot, file), "utf8");
const flags = [...read("local/terminal/options.ts").matchAll(/^ +(?:\.option\()?\s*"(--[a-z-]+)/gm)].flatMap(([, flag]) => flag ?? []);
const variables = ["options.ts", "../start.ts"].flatMap((file) => read(join("local/terminal", file)).match(/GATEHOUSE_[A-Z]+/g) ?? []);

it.each([...new Set([...flags, ...variables])])("docs/local-ports.md names the option %s of npm start", (name) =>
  expect(read("docs/local-ports.md")).toMatch(new RegExp(`\`${name}[ \`=]`)),
);

it("the test of docs/local-ports.md finds all ten options", () => expect(flags).toHaveLength(10));
