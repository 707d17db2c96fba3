import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { policyWarnings } from "../../lib/policy-folder/policy-warnings";
import { runCases } from "../../local/cases/run";
import { policyFolder, removePolicyFolders } from "../support/policy-folder";
import { caseMistakes, type PolicyMistake, policyMistakes } from "./policy-mistakes";

afterAll(removePolicyFolders);

const imports = `import { accessList, admit, afterSignIn, apiKey, approval, approvers, ask, assign, bearer, beforeCreateUser, beforeSendingToken, block, defineRule, expiry, experian, format, http, idology, invited, limit, lookup, minimumAge, notDomains, onlyApplications, onlyDomains, onlyProviders, partners, pass, permittedValue, profiles, requestApproval, service, shadow, sponsor, terms, titleCase, validate, verifyIdentity } from "entra-gatehouse";
import * as v from "valibot";
`;
const files = { afterSignIn: "after-sign-in.ts", beforeCreateUser: "before-create-user.ts", beforeSendingToken: "before-sending-token.ts" };
const one = { name: "one", request: { email: "kim@contoso.com" }, rows: { accessList: [{ entry: "contoso.com", effect: "allow" }] } };

function folderWith({ rules = "", options, alone, step, file }: Omit<PolicyMistake, "mistake" | "says">, cases: readonly object[] = []) {
  const list = [...(alone ? [] : ["accessList()"]), rules].filter((each) => each !== "").join(", ");
  const maker = step ?? "beforeCreateUser";
  const trusting = (options ?? "{ }").replace(/^\{ (?=\w)?/, '{ trust: "any", ');
  const text = file ?? `${imports}export default ${maker}([${list}], ${trusting});\n`;
  return policyFolder({ [files[maker]]: text, ...(cases.length > 0 && { "cases/one.json": { cases } }) });
}

/** What a person reads: the error of the load, or its warnings and the failures of the cases. */
async function readLines(folder: string, hasCases: boolean): Promise<readonly string[]> {
  const read = async () => {
    const warnings = policyWarnings(loadPolicyFolder(folder));
    const { results } = hasCases ? await runCases(folder) : { results: [] };
    const failures = results.flatMap(({ differences }) =>
      differences.filter(({ what }) => what === "failure").map(({ got }) => String(got)),
    );
    return [...warnings, ...failures.map((text) => text.replace(/; where that is right, .*$/, "."))];
  };
  const lines = await read().catch((error: Error) => [error.message]);
  return lines.map((line) => line.replaceAll(`${folder}/`, "").replace(/^(cases\/one.json):\d+/, "$1"));
}

it.each(policyMistakes)(
  "the error for a mistake says what is wrong and fits three lines: $mistake",
  async ({ says, mistake: _, ...policy }) => {
    const cases = policy.inCase ? [{ ...one, expect: { verdict: "continue" } }] : [];
    const lines = await readLines(folderWith(policy, cases), cases.length > 0);
    expect(lines).toEqual(says);
    expect(lines.join("\n").split("\n").length).toBeLessThanOrEqual(3);
    expect(lines.join("\n")).not.toMatch(/\n\s+at /);
  },
);

it.each(caseMistakes)("a run of cases reports a mistake in a case in one line: $mistake", async ({ changes, says }) =>
  expect(await readLines(folderWith({}, [{ ...one, ...changes }]), true)).toEqual([says]),
);
