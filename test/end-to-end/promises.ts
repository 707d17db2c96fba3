import { marshall } from "@aws-sdk/util-dynamodb";
import { awsClient, secretsManager } from "../../adapters/aws/client";
import type { ApprovalRequest } from "../../features/approvals/request";
import { createCredentials } from "../../local/aws/access-key";
import { gatehouse, jsonLines } from "../cli/support";
import { type ConsoleVisitor, signInToConsole } from "../support/console-visitor";
import { START_MS } from "../support/gate";
import type { StartedGate } from "./started-gate";

// What the gate promises about approvals, verification and people's data, as those see it who use it: Entra by HTTP,
// approvers in the console, operators at the terminal.

const google = (issuerAssignedId: string) => [{ signInType: "federated", issuer: "google.com", issuerAssignedId }];

/** Tries the policy of policies/promises. */
export function promises(gateOf: () => StartedGate): void {
  let approver: ConsoleVisitor;

  beforeAll(async () => {
    approver = await signInToConsole(gateOf().instance.consoleUrl, "Approver");
  }, START_MS);

  const signUp = async (claims: object) => (await gateOf().call("before-create-user", { ui_locales: "en-US", ...claims })).body;
  const saying = (userMessage: RegExp) => ({ action: "ShowBlockPage", userMessage: expect.stringMatching(userMessage) });
  const waiting = saying(/waiting for approval/);

  async function command(...args: string[]) {
    const ran = await gatehouse(...args, "--local", "--data", gateOf().instance.data);
    expect(ran, ran.stderr).toMatchObject({ exitCode: 0 });
    return ran;
  }

  async function requestOf(email: string): Promise<ApprovalRequest> {
    const [found] = jsonLines(await command("approvals", "show", email, "--json")) as ApprovalRequest[];
    if (found === undefined) throw new Error(`${email} has no request.`);
    return found;
  }

  const pageOf = ({ id }: ApprovalRequest) => `/approvals/requests/${id}`;

  describe("an approval", () => {
    const mina = { email: "mina@example.com", identities: google("1") };
    const administrator = { ...mina, displayName: "Olga", jobTitle: "Global Administrator" };

    it("admits a person once with the approved values, even if the person sends other values", async () => {
      expect(await signUp({ ...mina, displayName: "Mina", jobTitle: "Intern" })).toMatchObject(waiting);
      const approved = await requestOf(mina.email);
      await approver.submit(pageOf(approved), "/approvals/decide", { verb: "approve", note: "summer" });

      // Entra repeats its call before the first is answered, and after.
      const answers = await Promise.all([signUp(administrator), signUp(administrator)]);
      answers.push(await signUp(administrator));
      for (const answer of answers) {
        expect(answer).toEqual({ version: "1.0.0", action: "Continue", displayName: "Mina", jobTitle: "Intern" });
      }

      expect(await signUp({ ...administrator, displayName: "Third" })).toMatchObject(waiting);
      const anew = await requestOf(mina.email);
      expect(anew).toMatchObject({ state: "pending", history: expect.arrayContaining([expect.objectContaining({ to: "admitted" })]) });
      expect(anew.reference).not.toBe(approved.reference);
      const page = await approver.page(pageOf(anew));
      for (const jobTitle of ["Intern", "Global Administrator"]) expect(page).toContain(jobTitle);
    });

    it("leads to a new request if the person sends values that the approver did not see", async () => {
      const jonas = { email: "jonas@example.com", identities: google("2"), displayName: "Jonas" };
      expect(await signUp(jonas)).toMatchObject(waiting);
      await approver.submit(pageOf(await requestOf(jonas.email)), "/approvals/decide", { verb: "approve", note: "" });
      expect(await signUp({ ...jonas, jobTitle: "Boss" })).toMatchObject(waiting);
      expect((await command("approvals", "show", jonas.email)).stdout).toContain("The sign-up holds what was not approved: jobTitle.");
    });
  });

  describe("one key per person", () => {
    const verified = { givenName: "Minsu", surname: "Kim", streetAddress: "1 Main St" };
    const spellings = [
      { email: "kim+a@gmail.com", identities: google("1184"), ...verified },
      { email: "Kim@googlemail.com", identities: [{ signInType: "federated", issuer: "facebook.com", issuerAssignedId: "7" }] },
      { email: "k.i.m@gmail.com", identities: [{ signInType: "federated", issuer: "mail", issuerAssignedId: "k.i.m@gmail.com" }] },
      { email: "kim.new@example.com", identities: google("1184") },
    ];
    const everything = { decision: 4, approval: 3, ledger: 1, profile: 2 };
    /** The trail's entries and what became of mails come a moment after what they tell of. */
    const withoutTrail = ({ audit: _, "mail-sent": __, "mail-about": ___, ...others }: Awaited<ReturnType<typeof kept>>) => others;
    const mailRow = /^(mail-sent|mail-about)\//;

    /** Counts the rows of each kind that an export gives out. Rows of the ledger about mails are kinds of their own. */
    async function kept(named: string): Promise<Partial<Record<keyof typeof everything | "audit" | "mail-sent" | "mail-about", number>>> {
      const lines = jsonLines(await command("person", "export", named)) as readonly { readonly ledger?: { readonly id: string } }[];
      const kinds = lines.flatMap((line) => mailRow.exec(line.ledger?.id ?? "")?.[1] ?? Object.keys(line));
      return Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((each) => each === kind).length]));
    }

    it("covers all spellings, accounts and tables, even after the key is rotated", async () => {
      for (const each of spellings) await signUp({ ...each, displayName: "Kim" });
      for (const person of ["k.im@googlemail.com", "issuer:google.com/1184"]) {
        await gateOf().database.call("PutItem", {
          TableName: gateOf().instance.tables.profiles,
          Item: marshall({ person, city: "Seoul" }),
        });
      }
      for (const named of ["kim@gmail.com", "issuer:google.com/1184"]) expect(withoutTrail(await kept(named))).toEqual(everything);

      const { aws, secretsEndpoint, personKeySecret } = gateOf().instance;
      const secrets = awsClient(secretsManager, { region: aws.region, credentials: createCredentials(aws), endpoint: secretsEndpoint });
      await secrets.call("PutSecretValue", { SecretId: personKeySecret, SecretString: "n".repeat(64) });
      // Known still: who waits goes on waiting, with the request there is.
      expect(await signUp({ ...spellings[0], displayName: "Kim Lee" })).toMatchObject(waiting);
      expect(withoutTrail(await kept("k.im+else@googlemail.com"))).toEqual({ ...everything, decision: 5 });

      // A report about a mail at the moment of an erasure asks for another erasure.
      await vi.waitFor(async () => expect(await kept("kim@gmail.com")).toMatchObject({ "mail-about": everything.approval }), 30_000);
      const erase = async () => await command("person", "erase", "kim@gmail.com", "--yes", "--approvals");
      await vi.waitFor(erase, { timeout: 30_000, interval: 1_000 });
      for (const { email } of spellings) expect(await kept(email)).toEqual({});
    });
  });

  describe("an approval that replaces the vendor's answer", () => {
    const referred = (givenName: string) => ({
      email: `${givenName.toLowerCase()}@example.com`,
      identities: google(givenName),
      displayName: givenName,
      givenName,
      surname: "Refer",
      streetAddress: "1 Main St",
    });

    it.each([
      { name: "Anna", is: "answers", surname: "Other" },
      // The stand-in breaks the connection of everybody of this name.
      { name: "Bert", is: "is down", surname: "Reset" },
    ])("lets $name in with no second call to the vendor, even if the vendor $is", async ({ name, surname }) => {
      expect(await signUp(referred(name))).toMatchObject(waiting);
      const { verifications = [], reference, ...request } = await requestOf(referred(name).email);
      expect(verifications).toMatchObject([{ vendor: "idology", outcome: "review", reference: expect.stringMatching(/^\d+$/) }]);
      expect(await approver.page(pageOf({ ...request, reference }))).toContain(verifications[0]?.reference);
      await command("approvals", "approve", reference, "--yes");

      expect(await signUp({ ...referred(name), surname })).toEqual({ version: "1.0.0", action: "Continue", surname: "Refer" });
      expect(gateOf().received("idology", `firstName=${name}&`)).toHaveLength(1);
    });
  });
}
