import { join } from "node:path";
import type { Mock } from "vitest";
import { tables } from "../../../adapters/tables/tables";
import { keyedHash } from "../../../engine/sign-up/person";
import { recordId } from "../../../engine/sign-up/records";
import type { RecordKey, Row } from "../../../engine/sign-up/rule";
import type { TableName } from "../../../engine/sign-up/verdict";
import { requestId, requestKey } from "../../../features/approvals/request";
import { packageRoot } from "../../../lib/app-root";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import type { CaseFile } from "../../../local/cases/format";
import { askPolicy } from "../../../local/workbench/ask";
import { caseText } from "../../../local/workbench/case-text";
import type { CaseJob } from "../../../local/workbench/jobs";
import type { LiveTables } from "../../../local/workbench/live-tables";
import type { AskedCall } from "../../../local/workbench/recorded";

const hashOf = keyedHash("the instance's");
const policyAt = (folder: string) => loadPolicyFolder(join(packageRoot, folder));

/** An instance's tables. */
function live(rows: readonly (readonly [TableName, Row])[] = []): LiveTables & { readonly read: Mock } {
  const byId = new Map(rows.map(([table, row]) => [idOf(table, row), row]));
  const read = vi.fn(
    async (keys: readonly RecordKey[]) =>
      new Map(keys.map(recordId).flatMap((id): [string, Row][] => (byId.has(id) ? [[id, byId.get(id) as Row]] : []))),
  );
  return { read, hashes: async () => ({ hashOf }) };
}

function idOf(table: TableName, row: Row): string {
  return recordId({ table, key: Object.fromEntries(tables[table].key.map((name) => [name, String(row[name])])) });
}

const kim = { email: "kim@contoso.com", identities: [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" }] };
const question = (more: Partial<AskedCall> = {}): AskedCall => ({
  step: "before-create-user",
  gate: undefined,
  now: "2026-06-15T12:00:00.000Z",
  body: { ...kim, displayName: "KIM", ui_locales: "ko-KR" },
  seen: [],
  answers: [],
  ...more,
});
const passed = { verdict: "continue", reasons: [] } as const;
const job = (given: Partial<CaseJob> = {}) => ({
  ...{ question: question(), title: "one", schema: "s.json", collects: [], answer: passed },
  ...given,
});
const listed: readonly [TableName, Row] = ["accessList", { entry: "contoso.com", effect: "allow", typed: "Contoso.com", note: "partner" }];

async function fileOf(policy: string, given: Partial<CaseJob>, tablesHere: LiveTables): Promise<CaseFile> {
  const made = await caseText(policyAt(policy), job(given), tablesHere);
  expect(made).toEqual({ ok: true, text: expect.any(String) });
  return JSON.parse((made as { text: string }).text) as CaseFile;
}

describe("caseText", () => {
  it("holds the short request, the time, the answer, and the relevant rows as an operator types them", async () => {
    expect(await fileOf("policy", {}, live([listed, ["accessList", { entry: "litware.com", effect: "allow" }]]))).toEqual({
      $schema: "s.json",
      step: "before-create-user",
      now: "2026-06-15T12:00:00.000Z",
      rows: { accessList: [{ entry: "contoso.com", effect: "allow", note: "partner" }], profiles: [], referenceData: [] },
      cases: [
        {
          name: "one",
          request: {
            email: "kim@contoso.com",
            issuer: "google.com",
            accountId: "1184",
            attributes: { displayName: "KIM" },
            locales: "ko-KR",
          },
          expect: { verdict: "continue", attributes: { displayName: "Kim" } },
        },
      ],
    });
  });

  it("uses the rows as the sign-up found them, even if they changed later", async () => {
    const now = live([["accessList", { entry: "contoso.com", effect: "deny" }]]);
    const { rows } = await fileOf("policy", { question: question({ seen: [[idOf(...listed), listed[1]]] }) }, now);
    expect(rows?.accessList).toEqual([{ entry: "contoso.com", effect: "allow", note: "partner" }]);
    expect(now.read.mock.calls.flatMap(([keys]) => (keys as RecordKey[]).map(recordId))).not.toContain(idOf(...listed));
  });

  it("names the outside systems' answers as the policy does", async () => {
    const body = { jobTitle: "Buyer" };
    const { answers } = await fileOf("samples/policies/lookup", { question: question({ answers: [{ body }] }) }, live([listed]));
    expect(answers).toEqual({ crm: { body } });
  });

  it.each([["red,green"], [["red", "green"]]])("reads %j as a list if the tenant's attribute is a list", async (sent) => {
    const asked = question({ body: { ...kim, extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Tags: sent } });
    const { cases } = await fileOf("policy", { question: asked }, { ...live([listed]), listAttributes: ["extension_Tags"] });
    expect(cases[0]).toMatchObject({ request: { attributes: { extension_Tags: ["red", "green"] } }, expect: { verdict: "continue" } });
  });

  it("writes a request for approval as one word", async () => {
    const parsed = { email: "kim@contoso.com", identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] };
    const key = requestKey(requestId(parsed as never, hashOf)).key;
    const pending = { ...key, state: "pending", answerBy: "2026-07-01T00:00:00.000Z", requestedAt: "2026-06-15T11:00:00.000Z" };
    const answer = { verdict: "block", rule: "request-approval", reasons: ["approval.pending"] } as const;
    const file = await fileOf("samples/policies/approval", { answer }, live([["approvals", pending]]));
    expect(file.cases[0]).toMatchObject({ earlier: "pending", expect: { verdict: "block", reason: "approval.pending" } });
  });

  it.each([
    {
      what: "what comes to another answer than was given, as the case cannot hold a row",
      given: { answer: { verdict: "block", rule: "access-list", reasons: ["access-list.denied"] } as const },
      why: "differs",
      detail: "block access-list.denied by access-list / block access-list.unlisted by access-list",
    },
    {
      what: "a step that the policy no longer has",
      given: { question: question({ step: "before-sending-token" }) },
      why: "cannot",
      detail: expect.stringContaining("the policy has no before-sending-token.ts"),
    },
  ])("refuses $what", async ({ given, why, detail }) => {
    expect(await caseText(policyAt("policy"), job(given), live())).toEqual({ ok: false, why, detail });
  });
});

describe("answersOf", () => {
  it("gives a policy's answer to each question, or the reason why there is none", async () => {
    const questions = [question(), question({ step: "after-sign-in" })];
    const [one, other] = await askPolicy(policyAt("samples/policies/lookup"), { questions }, live([listed]));
    expect(one).toEqual({
      ok: false,
      problem:
        "the policy asks crm (GET https://crm.contoso.com/people/kim%40contoso.com), which the sign-up did not: there is no answer to that",
    });
    expect(other).toEqual({ ok: false, problem: expect.stringContaining("the policy has no after-sign-in.ts") });
  });
});
