import { parseArgs } from "node:util";
import { packageRoot } from "../../lib/package-root";
import { findFaults } from "./faults";
import { readImports, readTexts } from "./sources";
import { tryWithout } from "./without-feature";

// Checks imports between layers and between features: npm run structure, a part of npm run check. With --without NAME, once
// or more, it tries to delete features instead, in a copy.

const { values } = parseArgs({ options: { without: { type: "string", multiple: true } } });
const faults =
  values.without === undefined
    ? findFaults(readImports(readTexts(packageRoot)))
    : Object.values(tryWithout([values.without], packageRoot)).flat();
for (const each of faults) console.log(each);
if (faults.length > 0) process.exitCode = 1;
