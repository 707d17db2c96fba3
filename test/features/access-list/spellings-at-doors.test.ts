import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { readApprovalSettings } from "../../../adapters/aws/approval-settings";
import { newEmailFrom } from "../../../cli/typed";
import type { AnyRule } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { addressProven } from "../../../engine/sign-up/trust";
import { readEntry } from "../../../features/access-list/entry";
import { accessList } from "../../../features/access-list/rule";
import { arrive } from "../../../features/accounts/change";
import { approvers } from "../../../features/approvals/approvers";
import { readTypedApprovers } from "../../../features/approvals/pages/stages";
import { expiry } from "../../../features/expiry/rule";
import { readInvitee } from "../../../features/invitations/file";
import { revokeInvitation } from "../../../features/invitations/invitation";
import { invited } from "../../../features/invitations/rule";
import { notDomains } from "../../../features/not-domains/rule";
import { onlyDomains } from "../../../features/only-domains/rule";
import { onlyProviders } from "../../../features/only-providers/rule";
import { newPartnerDomain } from "../../../features/partners/entries";
import { beforeCreateUser } from "../../../index";
import { packageRoot } from "../../../lib/app-root";
import { assertOptions } from "../../../lib/gatehouse-options";
import { Alarms } from "../../../lib/operations/alarms";
import { caseRows } from "../../../local/cases/rows";
import { domainsIn } from "../../../local/first-policy/chosen";
import { startConsole, type TestConsole } from "../../console/support";
import { person as personOf } from "../../engine/sign-up/people";
import { startClock } from "../../support/fake-timers";
import { newcomer } from "../accounts/accounts";

/** At a step that takes every provider's word. */
const person = (changes: Parameters<typeof personOf>[0] = {}) => personOf({ trust: "any", ...changes });

// A person and a domain have one spelling, whatever the door by which somebody types them: doors.test.ts has those of the command line.

let pages: TestConsole;
beforeAll(async () => {
  startClock();
  pages = await startConsole();
});
afterAll(() => pages.close());

interface Door {
  /** The files that read what is typed there. */
  readonly files: readonly string[];
  /** What it reads. Undefined if it refuses. */
  reads(typed: string): unknown;
}
type Doors = Readonly<Record<string, Door>>;

const refused = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    // A refusal says what was typed, or what is wanted in its place.
    expect((error as Error).message).toMatch(/address|domain|provider|approvers/);
    return undefined;
  }
};

/** A post of the console, as whoever may do it. */
const asMina = async () => ({ Cookie: await pages.cookie("Administrator", { userNames: ["mina@fabrikam.com"] }) });
let count = 0;
const NO_ADDRESS = "is not an e-mail address: write ";

const doorsOfAddresses: Doors = {
  "the access list, invitations' link and the console's search": {
    files: ["features/access-list/verbs/add.ts", "features/access-list/verbs/entries.ts"],
    reads(typed) {
      const read = readEntry(typed);
      return read.ok && read.entry.kind === "address" ? read.entry.email : undefined;
    },
  },
  "rows of cases, and the access-list.csv of samples": {
    files: [],
    reads(typed) {
      const { byId, flaws } = caseRows({ accessList: [{ entry: typed, effect: "allow" }] }, []);
      const [row] = byId.accessList?.values() ?? [];
      return flaws.length > 0 || row?.problem !== undefined ? undefined : row?.entry;
    },
  },
  "invite, invite transfer, approvals delegate, approvals reassign": {
    files: [
      "features/approvals/verbs/delegations.ts",
      "features/expiry/verbs/changes.ts",
      "features/invitations/verbs/change.ts",
      "features/invitations/verbs/send.ts",
    ],
    reads: (typed) => refused(() => newEmailFrom(typed)),
  },
  "a policy's approvers": { files: ["features/approvals/approvers.ts"], reads: (typed) => refused(() => approvers(typed).fixed?.[0]) },
  "asking others, in the console": {
    files: [],
    reads: (typed) => readTypedApprovers(typed.trim())?.join(),
  },
  "delegation, in the console": {
    files: ["features/approvals/pages/my-approvals.tsx"],
    async reads(typed) {
      const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
      const response = await pages.post("/asked/delegation", "Administrator", { to: typed, until }, await asMina());
      if (response.status === 400) expect(await response.text()).toContain(NO_ADDRESS);
      const { given } = await pages.world.delegations.of(["mina@fabrikam.com"], new Date());
      await pages.world.delegations.end(["mina@fabrikam.com"]);
      return given[0]?.to;
    },
  },
  "the hand-over of guests, in the console": {
    files: ["features/person/pages/bulk.tsx", "features/person/pages/job-page.tsx"],
    async reads(typed) {
      const id = `guest-${++count}`;
      await pages.world.accounts().change(id, (row) => arrive(row, { ...newcomer, id, email: `${id}@partner.com` }, new Date()));
      const turn = (await pages.world.accounts().get(id))?.turn;
      const form = { verb: "sponsor", sure: "yes", back: "/people", to: typed, note: "", person: `account/${id}/${turn}` };
      await pages.sent("/people/change", "Administrator", form);
      const { sponsor } = (await pages.world.accounts().get(id)) ?? {};
      return sponsor === newcomer.sponsor ? undefined : sponsor;
    },
  },
  "a sponsor's offer of a guest": {
    files: ["features/person/pages/guest-offers.tsx"],
    async reads(typed) {
      const id = `offered-${++count}`;
      // An offer stays within the sponsor's own domain.
      const sponsor = `mina@${/@(?:münchen|xn--mnchen)/.test(typed) ? "xn--mnchen-3ya.example" : "contoso.com"}`;
      const until = new Date(Date.now() + 86_400_000).toISOString();
      const row = { ...newcomer, id, email: `${id}@partner.com`, sponsor, until };
      await pages.world.accounts().change(id, (stored) => arrive(stored, row, new Date()));
      const turn = (await pages.world.accounts().get(id))?.turn;
      const Cookie = await pages.cookie("Decider", { userNames: [sponsor] });
      const policy = beforeCreateUser([accessList({ otherwise: "continue" }), expiry({ lasts: "90d" })], {
        trust: ["mail"],
        admitsEverybody: "a test",
      });
      const spy = vi.spyOn(pages.world, "policiesAt").mockReturnValue([policy as never]);
      const response = await pages.post("/asked/guests/offer", "Decider", { guest: `${id}/${turn}`, to: typed, note: "" }, { Cookie });
      spy.mockRestore();
      if (response.status === 400) expect(await response.text()).toContain(NO_ADDRESS);
      else
        expect({ status: response.status, text: response.status === 303 ? "" : await response.text() }).toEqual({ status: 303, text: "" });
      return (await pages.world.accounts().get(id))?.offeredTo;
    },
  },
  "an ask for a guest": {
    files: ["features/asks/pages/ask.tsx"],
    async reads(typed) {
      const policy = beforeCreateUser([accessList({ otherwise: "continue" }), invited()], { trust: ["mail"] });
      const spy = vi.spyOn(pages.world, "policiesAt").mockReturnValue([policy as never]);
      const subject = `oid-asks-${++count}`;
      const asker = { subject, name: "Hana", userNames: [`hana${count}@fabrikam.com`], isRequester: true };
      await pages.post(
        "/ask",
        undefined,
        { email: typed, why: "audit", name: "", language: "en" },
        { Cookie: await pages.cookie(undefined, asker) },
      );
      spy.mockRestore();
      for await (const page of pages.world.approvals.byState("pending"))
        for (const { ask, email } of page) if (ask?.by === subject) return email;
      return undefined;
    },
  },
  "a file of people to invite": {
    files: ["features/invitations/file.ts"],
    reads(typed) {
      const read = readInvitee({ line: 2, cells: { email: "lee@partner.com", sponsor: typed } } as never, {});
      return "invitee" in read ? read.invitee.sponsor : undefined;
    },
  },
  "an invitation, in the console": {
    files: ["features/invitations/pages/invitations.tsx"],
    async reads(typed) {
      const fields = { addresses: "lee@partner.com", days: "14", sponsor: typed, language: "en", note: "" };
      const response = await pages.sent("/people/invite", "Administrator", fields);
      if (response.status === 400) expect(await response.text()).toContain(NO_ADDRESS);
      const { items } = await pages.world.readableApprovals().pageByState("approved", "newest-first");
      for (const { id } of items)
        await pages.world.approvals.change(id, (row) => revokeInvitation(row, { by: { kind: "cli", name: "kim" } }, new Date()));
      return items[0]?.invitation?.sponsor;
    },
  },
  "mailFrom and approvers of the settings": {
    files: ["adapters/aws/approval-settings.ts", "engine/mail/sender.ts"],
    reads: (typed) =>
      refused(() => {
        const settings = readApprovalSettings(JSON.stringify({ mailFrom: typed, approvers: typed, redirectUrl: "https://contoso.com/" }));
        expect(settings.approvers).toEqual([settings.mailFrom]);
        return settings.mailFrom;
      }),
  },
  alarmEmail: {
    files: [],
    reads: (typed) =>
      refused(() => {
        assertOptions({ policy: "policy", alarmEmail: typed });
        const stack = new Stack(new App(), "Stack");
        new Alarms(stack, "Alarms", { alarmEmail: typed, service: "Gatehouse" } as never);
        const [subscription] = Object.values(Template.fromStack(stack).findResources("AWS::SNS::Subscription"));
        // SNS keeps the case: another spelling would be another subscription.
        return String(subscription?.Properties.Endpoint).toLowerCase();
      }),
  },
};

describe.each(Object.entries(doorsOfAddresses))("an address typed at %s", (_, { reads }) => {
  it.each([
    { form: "in capitals", typed: "KIM@CONTOSO.COM", is: "kim@contoso.com" },
    { form: "with a trailing dot", typed: "kim@contoso.com.", is: "kim@contoso.com" },
    { form: "with a trailing blank", typed: "kim@contoso.com ", is: "kim@contoso.com" },
    { form: "with a U-label", typed: "kim@münchen.example", is: "kim@xn--mnchen-3ya.example" },
    { form: "with an A-label", typed: "kim@xn--mnchen-3ya.example", is: "kim@xn--mnchen-3ya.example" },
    { form: "with a full-width domain", typed: "kim@ｃｏｎｔｏｓｏ.com", is: "kim@contoso.com" },
    { form: "with a subaddress", typed: "kim+news@contoso.com", is: "kim+news@contoso.com" },
    { form: "with a quoted local part", typed: '"kim"@contoso.com' },
    { form: "routed by a percent sign", typed: "kim%contoso.com@fabrikam.com" },
    { form: "routed by a bang", typed: "contoso.com!kim@fabrikam.com" },
    { form: "with a full-width local part", typed: "ｋｉｍ@contoso.com" },
    { form: "with a display name", typed: "Kim <kim@contoso.com>" },
    { form: "in angle brackets", typed: "<kim@contoso.com>" },
    { form: "as a link", typed: "mailto:kim@contoso.com" },
  ])("$form is read as $is", async ({ typed, is }) => expect(await reads(typed)).toBe(is));
});

const kindOf = ({ decide }: AnyRule, signUp: SignUp) => {
  const verdict = decide?.(signUp as never, {} as never) as { readonly kind: string } | undefined;
  return verdict?.kind;
};
const among = (lets: (domain: string) => boolean) => ["contoso.com", "xn--mnchen-3ya.example"].find(lets);
const kimAt = (domain: string) => person({ email: `kim@${domain}` });

const doorsOfDomains: Doors = {
  "the access list": {
    files: [],
    reads(typed) {
      const read = readEntry(typed);
      return read.ok && read.entry.kind === "domain" ? read.entry.domain : undefined;
    },
  },
  "partners add, and the console's": {
    files: ["features/partners/acts.ts"],
    reads(typed) {
      const read = newPartnerDomain(typed, false);
      return "domain" in read ? read.domain : undefined;
    },
  },
  "init and the simulator's first page": { files: ["local/first-policy/chosen.ts"], reads: (typed) => domainsIn(typed).domains[0] },
  onlyDomains: {
    files: ["features/only-domains/rule.ts", "features/admit/preset.ts"],
    reads: (typed) => {
      const rule = refused(() => onlyDomains([typed], { trust: ["google.com", "mail", "entra"] }));
      return rule && among((domain) => kindOf(rule, kimAt(domain)) === "continue");
    },
  },
  notDomains: {
    files: ["features/not-domains/rule.ts"],
    reads: (typed) => {
      const rule = refused(() => notDomains([typed]));
      return rule && among((domain) => kindOf(rule, kimAt(domain)) === "block");
    },
  },
};

describe.each(Object.entries(doorsOfDomains))("a domain typed at %s", (_, { reads }) => {
  it.each([
    { form: "in capitals", typed: "CONTOSO.COM", is: "contoso.com" },
    { form: "with a trailing dot", typed: "contoso.com.", is: "contoso.com" },
    { form: "with a trailing blank", typed: "contoso.com ", is: "contoso.com" },
    { form: "with an @", typed: "@contoso.com", is: "contoso.com" },
    { form: "with a U-label", typed: "münchen.example", is: "xn--mnchen-3ya.example" },
    { form: "with an A-label", typed: "xn--mnchen-3ya.example", is: "xn--mnchen-3ya.example" },
    { form: "in full width", typed: "ｃｏｎｔｏｓｏ.com", is: "contoso.com" },
    { form: "with an ideographic full stop", typed: "contoso。com", is: "contoso.com" },
    { form: "of an address", typed: "kim@contoso.com" },
    { form: "of a link", typed: "mailto:kim@contoso.com" },
    { form: "of a web address", typed: "https://contoso.com/" },
    { form: "of an address with a display name", typed: "Kim<kim@contoso.com>" },
  ])("$form is read as $is", ({ typed, is }) => expect(reads(typed)).toBe(is));
});

const byGoogle = person({ identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] });
const doorsOfProviders: Doors = {
  trust: {
    files: ["engine/sign-up/trust.ts", "engine/sign-up/policy.ts", "features/one-account/rule.ts"],
    reads: (typed) => refused(() => (addressProven(byGoogle, [typed]) ? "google.com" : "another")),
  },
  onlyProviders: {
    files: ["features/only-providers/rule.ts"],
    reads: (typed) => {
      const rule = refused(() => onlyProviders([typed]));
      return rule && (kindOf(rule, byGoogle) === "continue" ? "google.com" : "another");
    },
  },
};

describe.each(Object.entries(doorsOfProviders))("an identity provider named in %s", (_, { reads }) => {
  it.each([
    { form: "in capitals", typed: "GOOGLE.COM", is: "google.com" },
    { form: "in short", typed: "Google", is: "google.com" },
    { form: "with a trailing blank", typed: "google.com ", is: "google.com" },
    { form: "by another name", typed: "https://login.contoso.com/", is: "another" },
    { form: "with a trailing dot", typed: "google.com." },
    { form: "in full width", typed: "ｇｏｏｇｌｅ.com" },
    { form: "as an address", typed: "kim@google.com" },
    { form: "as a link", typed: "mailto:kim@google.com" },
    { form: "with a display name", typed: "Google <google.com>" },
    { form: "as an entry", typed: "issuer:google.com" },
  ])("$form is read as $is", ({ typed, is }) => expect(reads(typed)).toBe(is));
});

// A door without a row is found by the functions with which all of them read.
const READERS = /\b(?:normalisePossibleEmail|newEmailFrom|newPartnerDomain|assertDomains|readProviders?|readTrust|parseTypedEntry)\b/;
const FOLDERS = ["adapters", "cli", "console", "engine", "features", "handlers", "lib", "local", "simulator"];
/** Where these functions are. */
const DECLARED = ["cli/typed.ts", "engine/rules/named-domains.ts", "engine/unmatched.ts", "features/partners/entries.ts"];

it("the tables in this test name every file that reads a typed address, domain or provider", () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name.replaceAll("\\", "/")}`),
  );
  const reading = files.filter((name) => /\.tsx?$/.test(name) && READERS.test(readFileSync(join(packageRoot, name), "utf8")));
  const rows = [doorsOfAddresses, doorsOfDomains, doorsOfProviders].flatMap((doors) => Object.values(doors)).flatMap((door) => door.files);
  expect(reading.sort()).toEqual([...rows, ...DECLARED].sort());
});
