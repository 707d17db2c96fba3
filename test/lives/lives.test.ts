import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runs } from "../support/runs";
import { live } from "./lives";

// A share of what npm run lives does: see docs/contributing/testing.md.

const towns = runs(4, 50);

it("people are invited, let in, renewed and ended as promised, whatever fails and whoever dies half-way", async () => {
  const seen = new Map<string, number>();
  const first = process.env.TEST_RUNS === undefined ? 1 : Math.floor(Math.random() * 1e9);
  for (let seed = first; seed < first + towns; seed++) {
    for (const [what, count] of Object.entries((await live(seed, 2)).seen)) seen.set(what, (seen.get(what) ?? 0) + count);
  }
  // A town in which nothing happens keeps every promise.
  const wanted = [
    ...["approve", "deny", "retry", "delegates", "mail opened", "decided from mail", "answer lost", "crowd", "gives up"],
    ...["invite", "revoke", "extend", "end now", "confirm run", "hand out code", "list: allow", "list: deny", "gate closed", "clock jumps"],
    ...["is let in, invited", "is let in, approved", "is let in, unasked", "erase: done"],
  ];
  const inEntra = ["created", "disabled", "enabled", "deleted"].map((each) => `account ${each}`);
  expect([...wanted, ...inEntra].filter((what) => !seen.has(what))).toEqual([]);
});

it("a seed lives the same life again, byte for byte, in this process and in another one", async () => {
  const script = fileURLToPath(new URL("defects/towns.ts", import.meta.url));
  const other = promisify(execFile)(process.execPath, ["--import", "tsx", script, "7", "1", "1"]);
  const [one, again] = [await live(7, 1), await live(7, 1)];
  expect(again.digest).toBe(one.digest);
  expect(JSON.parse((await other).stdout)).toEqual({ towns: 1, digests: [one.digest] });
});
