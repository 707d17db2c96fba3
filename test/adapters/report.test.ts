import { findThrownPlace } from "../../adapters/report";

const ours = "at run (entra-gatehouse/engine/rule.ts:9:1)";
const theirs = ["at parse (app/node_modules/zod/index.mjs:3:9)", "at node:internal/process:1:2", "at node_modules/a.js:1:2"];

it.each([
  {
    of: "the app's own file, before ours and a package's",
    at: [...theirs, ours, "at check (policy/rules.ts:15:180)"],
    is: "policy/rules.ts:15:180",
  },
  { of: "the first of the app's", at: ["at policy/a.ts:1:2", "at policy/b.ts:3:4"], is: "policy/a.ts:1:2" },
  { of: "a file whose name only begins like a package's", at: ["at policy/node_modules.ts:1:2"], is: "policy/node_modules.ts:1:2" },
  { of: "a function's code, where no source is known", at: [ours, "at x (/var/task/index.js:3:73412)"], is: "index.js:3:73412" },
  {
    of: "the app's own file, before a function's code",
    at: ["at x (/var/task/index.js:3:7)", "at policy/a.ts:1:2"],
    is: "policy/a.ts:1:2",
  },
  { of: "the first line, where there is nothing else", at: [ours, ...theirs], is: "entra-gatehouse/engine/rule.ts:9:1" },
  { of: "a line without a place", at: ["at <anonymous>"], is: "at <anonymous>" },
  { of: "a place in the midst of a line, which is none", at: ["at a.ts:1:2 later"], is: "at a.ts:1:2 later" },
  { of: "nothing", at: [], is: undefined },
])("the place that an error names is $of: $is", ({ at, is }) => expect(findThrownPlace({ at })).toBe(is));
