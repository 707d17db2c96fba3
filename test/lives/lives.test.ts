import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runs } from "../support/runs";
import { live } from "./lives";

// A share of what npm run lives does: see docs/contributing/testing.md.

/** At least so many towns, and as many more as it takes to see everything. */
const leastTowns = runs(3, 50);
/** What has not happened in so many happens no more. */
const mostTowns = Math.max(12, leastTowns);

/** A town in which nothing happens keeps every promise. */
const wanted = [
  ...["approve", "deny", "retry", "delegates", "mail opened", "decided from mail", "answer lost", "crowd", "gives up"],
  ...[
    "invite",
    "revoke",
    "extend",
    "end now",
    "confirm run",
    "hand out code",
    "list: allow",
    "list: approval",
    "list: deny",
    "gate closed",
    "clock jumps",
  ],
  ...["is let in, invited", "is let in, approved", "is let in, unasked", "erase: done"],
  ...["created", "disabled", "enabled", "deleted"].map((each) => `account ${each}`),
  "uses access",
];

it("people are invited, admitted, renewed and ended as promised, whatever fails or dies half-way", async () => {
  const missing = new Set(wanted);
  const first = process.env.TEST_RUNS === undefined ? 1 : Math.floor(Math.random() * 1e9);
  for (let lived = 0; lived < leastTowns || (missing.size > 0 && lived < mostTowns); lived++)
    for (const what of Object.keys((await live(first + lived, 2)).seen)) missing.delete(what);
  expect([...missing]).toEqual([]);
});

it("a seed repeats the same life byte for byte, in this process and in another", async () => {
  const script = fileURLToPath(new URL("defects/towns.ts", import.meta.url));
  const other = promisify(execFile)(process.execPath, ["--import", "tsx", script, "7", "1", "1"]);
  // Other towns have lived in this process, and none in the other one.
  expect(JSON.parse((await other).stdout)).toEqual({ towns: 1, digests: [(await live(7, 1)).digest] });
});
