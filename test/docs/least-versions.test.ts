import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";

const read = (file: string) => readFileSync(join(packageRoot, file), "utf8");
const { engines, peerDependencies } = JSON.parse(read("package.json"));

it.each(Object.entries<string>({ ...peerDependencies, "Node.js": engines.node }))(
  "docs/install.md states the same least version of %s as package.json: %s",
  (name, range) => {
    const sentence = /The least versions are .*$/m.exec(read("docs/install.md"))?.[0].replaceAll("`", "");
    expect(sentence).toMatch(new RegExp(`${name} ${range.replace(/^\D+/, "").replaceAll(".", "\\.")}(?![.\\d]*\\d)`));
  },
);
