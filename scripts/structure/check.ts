import { parseArgs } from "node:util";
import { packageRoot } from "../../lib/app-root";
import { findFaults, findNameFaults, readImports, readTexts } from "./faults";
import { tryWithout } from "./without-feature";

// This module checks imports between layers and between features, and functions' names: npm run structure, a part of npm run check. With
// --without NAME, which can be repeated, it tries instead to delete the named features in a copy.

const { values } = parseArgs({ options: { without: { type: "string", multiple: true } } });
const texts = readTexts(packageRoot);
const faults =
  values.without === undefined
    ? [...findFaults(readImports(texts)), ...findNameFaults(texts)]
    : Object.values(tryWithout([values.without], packageRoot)).flat();
for (const each of faults) console.log(each);
if (values.without !== undefined && faults.length === 0) {
  const names = values.without.join(", ");
  console.log(`Without ${names}, the rest compiles. Docs, samples, other features' texts, test/proof and test/lives may still name it.`);
}
if (faults.length > 0) process.exitCode = 1;
