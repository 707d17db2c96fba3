import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { normaliseDomain } from "../../../engine/sign-up/email";
import { packageRoot } from "../../../lib/app-root";
import { anyCharacter } from "../../support/any-character";
import { usersNode } from "../../support/users-node";

const SCRIPT = `
  const { normaliseDomain } = require("./engine/sign-up/email");
  const typed = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  console.log(JSON.stringify(typed.map((each) => normaliseDomain(each) ?? null)));
`;

function onUsersNode(typed: readonly string[]): readonly (string | null)[] {
  const input = JSON.stringify(typed);
  const options = { cwd: packageRoot, encoding: "utf8", input, maxBuffer: 64 * 1_024 * 1_024 } as const;
  return JSON.parse(execFileSync(usersNode, ["--require", "tsx/cjs", "--eval", SCRIPT], options));
}

/** What runtimes map differently: a capital of German, rows of accents that are not in their order. */
const knownToDiffer = ["stra\u1e9ee.example", "\u1ecd\u0309\u15e6.com", "\u0173\u0330\u2be8.com", "\u01a1\u0302\u0309\u1f37.com"];

/** A domain with a letter or several of any script, or with what might be one in ASCII. */
const domain = fc.oneof(
  fc.string({ unit: anyCharacter, minLength: 1, maxLength: 4 }).map((name) => `${name}.com`),
  fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-"), maxLength: 8 }).map((name) => `xn--${name}.com`),
);

// A list is edited by commands on any Node, and read by functions on Lambda's. Runtimes know letters of different years: one may refuse what another reads.
it("all supported runtimes read a domain as the same domain or refuse it", () => {
  const typed = [...knownToDiffer, ...fc.sample(domain, 20_000)];
  const theirs = onUsersNode(typed);
  const here = typed.map((each) => normaliseDomain(each) ?? null);
  const isSame = typed.filter((_, index) => here[index] === theirs[index]);
  const differ = typed.flatMap((each, index) =>
    here[index] && theirs[index] && here[index] !== theirs[index] ? [[each, here[index], theirs[index]]] : [],
  );
  expect(differ).toEqual([]);
  // Most are read alike, and many are domains.
  expect(isSame.length).toBeGreaterThan(15_000);
  expect(here.filter(Boolean).length).toBeGreaterThan(1_000);
});
