import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deploymentFor } from "../../cli/deployment";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { normaliseIssuer } from "../../engine/sign-up/issuers";
import { ENTRY_PEOPLE_PREFIX } from "../../features/access-list/store/entry-people";
import { type ApprovalRequest, type ApprovalState, requestId } from "../../features/approvals/request";
import { type ApprovalStore, approvalStore } from "../../features/approvals/store/approvals";
import { COUNTS_PREFIX } from "../../features/counts/store/counts";
import { LOOK_ALIKE_PREFIX } from "../../features/look-alikes/store";
import { gatehouse } from "../cli/support";
import { pageAt } from "../support/gate";
import { tablesOf } from "../support/instance-tables";
import { signedRequest } from "../support/signed-request";
import type { StartedGate } from "./started-gate";

const TIER = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_PartnerTier";
/** How often what follows is looked for, 50 ms apart: three minutes, as a busy machine takes its time. */
const PATIENCE = 3_600;

interface Person {
  readonly email: string;
  readonly identities?: readonly { readonly signInType: string; readonly issuer: string; readonly issuerAssignedId: string }[];
}

const google = { signInType: "federated", issuer: "google.com", issuerAssignedId: "110248495921238986420" };
const facebook = { signInType: "federated", issuer: "facebook.com", issuerAssignedId: "102254" };
const passcode = { signInType: "federated", issuer: "mail", issuerAssignedId: "olga@example.org" };

const storeOf = ({ instance }: StartedGate): ApprovalStore => approvalStore(tablesOf(instance), instance.tables.approvals);
async function idOf({ instance, gate }: StartedGate, { email, identities = [] }: Person): Promise<string> {
  const { hashOf } = await deploymentFor({ stack: "Gatehouse", local: true, data: instance.data }).then(({ hashes }) => hashes());
  const accounts = identities.map((each) => ({ ...each, issuer: normaliseIssuer(each.issuer) }));
  return requestId({ email, identities: accounts, ...(gate !== undefined && { gate }) }, hashOf);
}

/** An approver's answer, at the terminal. */
async function decided(gate: StartedGate, person: Person, verdict: "approve" | "deny"): Promise<void> {
  const { exitCode, stderr } = await gatehouse(
    "approvals",
    verdict,
    await idOf(gate, person),
    "--yes",
    "--local",
    "--data",
    gate.instance.data,
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
}

/** Waits for what follows. */
async function until(gate: StartedGate, person: Person, state: ApprovalState): Promise<ApprovalRequest> {
  const [store, id] = [storeOf(gate), await idOf(gate, person)];
  for (let tries = 0; tries < PATIENCE; tries++) {
    const request = await store.get(id);
    if (request?.state === state) return request;
    await sleep(50);
  }
  throw new Error(`The request did not get to be ${state}.`);
}

/** Detail types of the events about one person's request, in order. */
async function eventsOf({ instance }: StartedGate, { email }: Person, count: number): Promise<readonly string[]> {
  for (let tries = 0; ; tries++) {
    const events = readFileSync(instance.eventsFile, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { "detail-type": string; detail: { email?: string } })
      .filter((event) => event.detail.email === email && event["detail-type"] !== "sign-up.decided.v1");
    if (events.length >= count || tries > PATIENCE) return events.map((event) => event["detail-type"]);
    await sleep(50);
  }
}

/** Subjects of the mails to one person, once there are so many. */
async function mailsTo({ instance }: StartedGate, { email }: Person, count: number): Promise<readonly string[]> {
  for (let tries = 0; ; tries++) {
    const mails = readdirSync(instance.outboxDir)
      .filter((name) => name.endsWith(".txt"))
      .sort()
      .map((name) => readFileSync(join(instance.outboxDir, name), "utf8"))
      .filter((mail) => mail.includes(`\nTo: ${email}\n`));
    if (mails.length >= count || tries > PATIENCE) return mails.map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1] ?? "");
    await sleep(50);
  }
}

/** The first mail to approvers that names somebody. */
export async function mailToApprovers({ instance }: StartedGate, about = ""): Promise<string> {
  const approvers = "\nTo: it@contoso.com\n";
  for (let tries = 0; tries < PATIENCE; tries++) {
    const mails = readdirSync(instance.outboxDir).filter((name) => name.endsWith(".txt"));
    const found = mails
      .map((name) => readFileSync(join(instance.outboxDir, name), "utf8"))
      .find((mail) => mail.includes(approvers) && mail.includes(about));
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error("No mail came to approvers.");
}

const pageOf = async (gate: StartedGate, ...given: Parameters<StartedGate["ask"]>) => {
  const { body } = await gate.ask(...given);
  return body.action === "Continue" ? "Continue" : String(body.userMessage);
};

/** The two recipes of approvals, where each has a gate. */
export function approvalRecipes(gates: () => Readonly<Record<"approval" | "approval-continue" | "limits", StartedGate>>): void {
  beforeAll(async () => {
    // The sample list turns Facebook away.
    const { instance } = gates().approval;
    const Key = { entry: { S: "issuer:facebook.com" } };
    await tablesOf(instance).call("DeleteItem", { TableName: instance.tables.accessList, Key });
  });

  // The contract is the functions' own, whatever their policy. It is tried where a policy of one step asks approvers too: that
  // every step keeps it is for external-tenant.ts.
  it.each([
    { name: "limits", how: "with the contract", args: [] },
    { name: "approval", how: "without the contract", args: ["--no-conform"] },
    { name: "approval-continue", how: "without the contract", args: ["--no-conform"] },
  ] as const)("smoke tries the policy $name $how, and asks no approver", async ({ name, args }) => {
    const gate = gates()[name];
    const { outboxDir, eventsFile, data } = gate.instance;
    const { tables } = gate.instance;
    // The trail tells of the samples too, a moment after the start; accounts of people who were let in before may arrive now.
    const { decisions: _, audit: __, accounts: ___, ...others } = tables;
    const counted = [COUNTS_PREFIX, ENTRY_PEOPLE_PREFIX, LOOK_ALIKE_PREFIX];
    const rows = async (TableName: string) => {
      const { Items } = await tablesOf(gate.instance).call<{ Items: { id?: { S?: string } }[] }>("Scan", { TableName });
      return [TableName, Items.filter(({ id }) => !counted.some((prefix) => id?.S?.startsWith(prefix))).length];
    };
    const left = async () => ({ rows: await Promise.all(Object.values(others).map(rows)), mails: readdirSync(outboxDir).length });
    const before = await left();
    const { exitCode, stdout, stderr } = await gatehouse("smoke", ...args, "--gate", gate.gate ?? DEFAULT_GATE, "--local", "--data", data);
    expect({ exitCode, stderr, failed: stdout.match(/^!!.*$/gm) }).toEqual({ exitCode: 0, stderr: "", failed: null });
    const [, email = ""] = /decisions --email (\S+)/.exec(stdout) ?? [];
    expect(await gate.records(email)).not.toEqual([]);
    expect(await left()).toEqual(before);
    const types = readFileSync(eventsFile, "utf8")
      .split("\n")
      .filter((line) => line.includes(email))
      .map((line) => JSON.parse(line)["detail-type"]);
    expect(types.filter((type) => type !== "sign-up.decided.v1")).toEqual([]);
  });

  describe("an approval that creates the account", () => {
    const common = { userPrincipalName: "", accountEnabled: true, userType: "Guest" };

    it.each([
      {
        kind: "Google",
        person: { email: "mina.kang@example.com", identities: [google] },
        typed: { displayName: "mina kang", givenName: "Mina", surname: "Kang", city: "Seoul", [TIER]: "gold", ui_locales: "ko-KR" },
        pages: { asked: /승인을 기다리고/, ready: /계정이 준비되었습니다/ },
        mail: "계정이 준비되었습니다",
        writes: [
          {
            request: "POST /v1.0/users",
            body: {
              ...common,
              userPrincipalName: "mina.kang_example.com#EXT@contoso.onmicrosoft.com",
              mail: "mina.kang@example.com",
              identities: [google],
              displayName: "Mina Kang",
              givenName: "Mina",
              surname: "Kang",
              city: "Seoul",
              [TIER]: "gold",
            },
          },
        ],
      },
      {
        kind: "Facebook",
        person: { email: "fred@example.net", identities: [facebook] },
        typed: { displayName: "Fred", lastName: "Frank", ui_locales: "de-DE" },
        pages: { asked: /Genehmigung/, ready: /Konto/ },
        mail: "Ihr Konto ist bereit",
        writes: [
          {
            request: "POST /v1.0/users",
            body: {
              ...common,
              userPrincipalName: "fred_example.net#EXT@contoso.onmicrosoft.com",
              mail: "fred@example.net",
              identities: [facebook],
              displayName: "Fred",
              surname: "Frank",
            },
          },
        ],
      },
      {
        kind: "a one-time passcode",
        person: { email: "olga@example.org", identities: [passcode] },
        typed: { displayName: "Olga", ui_locales: "en-US" },
        pages: { asked: /waiting for approval/, ready: /account is ready/ },
        mail: "Your account is ready",
        writes: [
          {
            request: "POST /v1.0/users",
            body: {
              ...common,
              userPrincipalName: "olga_example.org#EXT@contoso.onmicrosoft.com",
              mail: "olga@example.org",
              identities: [passcode],
              displayName: "Olga",
            },
          },
        ],
      },
      {
        kind: "an Entra account",
        person: { email: "jonas.weber@example.com" },
        typed: { displayName: "Jonas Weber", givenName: "Jonas", city: "Bonn", [TIER]: "silver", ui_locales: "en-US" },
        pages: { asked: /waiting for approval/, ready: /account is ready/ },
        mail: "Your account is ready",
        writes: [
          {
            request: "POST /v1.0/invitations",
            body: {
              invitedUserEmailAddress: "jonas.weber@example.com",
              inviteRedirectUrl: "https://myapplications.microsoft.com/?tenantid=11111111-1111-1111-1111-111111111111",
              sendInvitationMessage: true,
              invitedUserMessageInfo: { messageLanguage: "en-US" },
            },
          },
          {
            request: expect.stringMatching(/^PATCH \/v1\.0\/users\/[0-9a-f-]{36}$/),
            body: { displayName: "Jonas Weber", givenName: "Jonas", city: "Bonn", [TIER]: "silver" },
          },
        ],
      },
    ])(
      "a person with $kind waits, is approved, and Graph receives exactly the documented calls",
      async ({ person, typed, pages, mail, writes }) => {
        const gate = gates().approval;
        const claims = { ...person, ...typed };
        const signIn = { ...person, ui_locales: typed.ui_locales };
        expect(await pageOf(gate, "after-sign-in", signIn)).toBe("Continue");
        expect(await pageOf(gate, "before-create-user", claims)).toMatch(pages.asked);
        // Entra's repeat, and the person's own.
        expect(await pageOf(gate, "before-create-user", claims)).toMatch(pages.asked);
        expect(await pageOf(gate, "after-sign-in", signIn)).not.toBe("Continue");
        expect(gate.received("graph", person.email.split("@", 1)[0] ?? "")).toEqual([]);

        await decided(gate, person, "approve");
        const request = await until(gate, person, "provisioned");

        const sent = gate
          .received("graph", "")
          .filter(
            ({ method, url, body }) => method !== "GET" && !url.pathname.endsWith("/token") && concerns(person, request, `${url}${body}`),
          )
          .map(({ method, url, body }) => ({ request: `${method} ${url.pathname}`, body: JSON.parse(body.toString("utf8")) as unknown }));
        expect(sent).toEqual(writes);
        const kept = JSON.parse(readFileSync(join(gate.instance.data, "graph.json"), "utf8")) as {
          accounts: { id: string; mail: string }[];
        };
        expect(kept.accounts.filter(({ mail }) => mail === person.email).map(({ id }) => id)).toEqual([request.account?.id]);
        // The account's row and the request's are rows of two tables: their events come in any order.
        const accounts = ["account.arrived.v1", "account.created.v1"];
        expect([...(await eventsOf(gate, person, 4))].sort()).toEqual([...accounts, "approval.decided.v1", "approval.requested.v1"]);
        expect(await mailsTo(gate, person, 1)).toEqual([mail]);

        // Never Continue: Entra would make a second account.
        expect(await pageOf(gate, "after-sign-in", signIn)).toMatch(pages.ready);
        expect(await pageOf(gate, "before-create-user", claims)).toMatch(pages.ready);
      },
    );

    it.each([
      { given: "Graph forbids it", displayName: "Forbidden", reason: "permission-missing" },
      { given: "Graph throttles once, and fails once", displayName: "Throttled", surname: "Down", reason: undefined },
    ])("fails or is tried again if $given", async ({ displayName, surname = "Kim", reason }) => {
      const gate = gates().approval;
      const person = { email: `${displayName.toLowerCase()}-one@example.com`, identities: [{ ...google, issuerAssignedId: displayName }] };
      await gate.ask("before-create-user", { ...person, displayName, surname });
      await decided(gate, person, "approve");
      if (reason === undefined) {
        await until(gate, person, "provisioned");
        return;
      }
      expect(await until(gate, person, "failed")).toMatchObject({ failure: { reason } });
      expect(await eventsOf(gate, person, 3)).toEqual(["approval.requested.v1", "approval.decided.v1", "account.failed.v1"]);
      await gate.counted({ ProvisioningFailed: 1 });
      expect(gate.told()).not.toContain(person.email);
    });

    it("a denial creates no account, and the person sees a page that says so", async () => {
      const gate = gates().approval;
      const person = { email: "nobody@example.com", identities: [{ ...google, issuerAssignedId: "666" }] };
      await gate.ask("before-create-user", { ...person, displayName: "Nobody", ui_locales: "de-AT" });
      await decided(gate, person, "deny");
      expect(await eventsOf(gate, person, 2)).toEqual(["approval.requested.v1", "approval.decided.v1"]);
      for (const step of ["after-sign-in", "before-create-user"] as const) {
        expect(await pageOf(gate, step, { ...person, displayName: "Nobody" })).toMatch(/not approved|declined|denied/i);
      }
      expect(gate.received("graph", "nobody")).toEqual([]);
      expect(await mailsTo(gate, person, 1)).toEqual(["Ihre Anfrage wurde abgelehnt"]);
    });

    it("another system can decide by a signed call to a separate address", async () => {
      const gate = gates().approval;
      const { approvalsUrl = "", aws, apiUrl } = gate.instance;
      const person = { email: "elsewhere@example.com", identities: [{ ...google, issuerAssignedId: "778" }] };
      await gate.ask("before-create-user", { ...person, displayName: "Elsewhere" });
      const signing = { service: "execute-api", key: { ...aws, accessKeyId: "ServiceNow" } };
      const shown = `${approvalsUrl}/${await idOf(gate, person)}`;
      const looked = await fetch(shown, await signedRequest(shown, { ...signing, method: "GET", body: "" }));
      const { reference } = (await looked.json()) as { reference: string };
      const url = `${shown}/deny`;
      const signed = await signedRequest(url, { ...signing, body: JSON.stringify({ reference }) });
      const answer = await fetch(url, signed);
      expect([answer.status, await answer.json()]).toMatchObject([200, { state: "denied", decision: { by: { kind: "iam" } } }]);
      expect((await fetch(url, { method: "POST" })).status).toBe(403);
      expect((await fetch(url.replace(approvalsUrl, `${apiUrl}/approvals`), signed)).status).toBe(403);
    });

    it("the mail to approvers links to the console of this machine", async () => {
      const gate = gates().approval;
      const person = { email: "linked@example.com", identities: [{ ...google, issuerAssignedId: "777" }] };
      await gate.ask("before-create-user", { ...person, displayName: "Linked" });
      expect(await mailToApprovers(gate)).toMatch(
        new RegExp(`${new URL(gate.instance.consoleUrl).origin}/approvals/requests/[\\w-]{22}\n`),
      );
      const opened = await fetch(pageAt(gate.instance.consoleUrl, "/approvals"), { redirect: "manual" });
      const [cookie = ""] = opened.headers.getSetCookie();
      const { status, headers } = await fetch(opened.headers.get("location") ?? "", { redirect: "manual", headers: { cookie } });
      expect([status, headers.get("location")]).toEqual([302, "/sign-in?to=%2Fapprovals"]);
    });

    it("people on the allow list need no approval", async () => {
      const identities = [{ ...passcode, issuerAssignedId: "jo@fabrikam.com" }];
      const person = { email: "jo@fabrikam.com", displayName: "Jo", identities };
      expect(await pageOf(gates().approval, "before-create-user", person)).toBe("Continue");
    });
  });

  approvalToContinue(() => gates()["approval-continue"]);
}

/** The promises of `then: "continue"`, whatever other rules the policy has. */
export function approvalToContinue(gateOf: () => StartedGate): void {
  describe("an approval that lets the person sign up again", () => {
    it("lets the person in once, with no call to Graph", async () => {
      const gate = gateOf();
      const person = { email: "passes-once@example.com", identities: [google] };
      const claims = { ...person, displayName: "Mina" };
      expect(await pageOf(gate, "before-create-user", claims)).toMatch(/waiting for approval/);
      await decided(gate, person, "approve");
      expect(await pageOf(gate, "after-sign-in", person)).toBe("Continue");
      expect(await pageOf(gate, "before-create-user", claims)).toBe("Continue");
      await until(gate, person, "admitted");
      expect(await eventsOf(gate, person, 2)).toEqual(["approval.requested.v1", "approval.decided.v1"]);
      expect(gate.received("graph", "passes-once")).toEqual([]);
    });

    it("lets the person in once, with the values that the approver saw; other values need a new approval", async () => {
      const gate = gateOf();
      const person = { email: "intern@example.com", identities: [{ ...google, issuerAssignedId: "888" }] };
      const typed = { ...person, displayName: "Mina", jobTitle: "Intern", [TIER]: "gold" };
      expect(await pageOf(gate, "before-create-user", typed)).toMatch(/waiting for approval/);
      await decided(gate, person, "approve");

      const other = { ...person, displayName: "Olga", jobTitle: "Global Administrator" };
      const { body } = await gate.ask("before-create-user", other);
      expect(body).toEqual({
        version: "1.0.0",
        action: "Continue",
        displayName: "Mina",
        jobTitle: "Intern",
        extension_PartnerTier: "gold",
      });
      await until(gate, person, "admitted");
      expect((await gate.ask("before-create-user", other)).body).toEqual(body);

      expect(await pageOf(gate, "before-create-user", { ...other, displayName: "Third" })).toMatch(/waiting for approval/);
      const { stdout } = await gatehouse("approvals", "show", await idOf(gate, person), "--local", "--data", gate.instance.data);
      expect(stdout).toMatch(/jobTitle +"Intern" -> "Global Administrator"\n/);
    });

    it("refuses people with an unproven address", async () => {
      expect(await pageOf(gateOf(), "before-create-user", { email: "stranger@example.com", displayName: "Kim" })).toMatch(
        /does not prove your e-mail address/,
      );
    });
  });
}

/** Whether a request to Graph is about somebody. */
function concerns({ email }: Person, { account }: ApprovalRequest, text: string): boolean {
  return text.includes(email) || (account !== undefined && text.includes(account.id));
}
