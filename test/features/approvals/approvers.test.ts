import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { Row, Rule } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { type ApprovalStage, approvers, sponsor } from "../../../features/approvals/approvers";
import { invitationId, invitePerson } from "../../../features/approvals/invite-person";
import { requestId, requestKey } from "../../../features/approvals/request";
import { requestApproval } from "../../../features/approvals/request-approval";
import { invited } from "../../../features/invitations/rule";
import { memory, listed as valueRow } from "../../engine/rules/memory-world";
import { refusal } from "../../engine/rules/refusal";
import { hashOf, NOW } from "../../engine/sign-up/people";
import { alice, DAY, kim, later, rowOf } from "./requests";

const GROUP = "6F1C1A3E-0000-4000-8000-000000000001";
const typed = { attribute: "extension_Sponsor" as never, domains: ["contoso.com"] };

interface Scene {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly rows?: Parameters<typeof memory>[0];
  readonly before?: readonly Rule<"before-create-user">[];
}

/** What a person who asks comes to, and who is asked about it. */
async function asked(stages: readonly ApprovalStage[], { attributes = {}, rows = [], before = [] }: Scene = {}) {
  const signUp = { ...kim, attributes: { ...kim.attributes, ...attributes } } as SignUp;
  const tables = memory(rows);
  const { answer, trace } = await decide(
    beforeCreateUser([...before, requestApproval({ stages })] as never, { trust: ["mail", "google.com"] }),
    signUp,
    tables.world,
  );
  const row = tables.row(requestKey(requestId(signUp, hashOf))) as Row | undefined;
  return { reason: "reason" in answer ? answer.reason : answer.kind, row, evidence: trace.at(-1)?.evidence };
}

describe("the approvers of a stage", () => {
  it.each<{ are: string; by: ApprovalStage["by"]; names: readonly string[] }>([
    { are: "an app role", by: approvers("Security"), names: ["role:Security"] },
    { are: "a group", by: approvers(GROUP), names: [`group:${GROUP.toLowerCase()}`] },
    { are: "addresses", by: approvers(" Lee@Contoso.com", "ann@contoso.com"), names: ["lee@contoso.com", "ann@contoso.com"] },
    { are: "a caller of AWS", by: approvers("arn:aws:iam::111111111111:role/Desk"), names: ["arn:aws:iam::111111111111:role/Desk"] },
    { are: "those that a function names", by: approvers(({ signUp }) => [`${signUp.attributes.displayName}`]), names: ["role:Kim"] },
    { are: "the sponsor in a code's row", by: sponsor({ code: "extension_Code" as never }), names: ["lee@contoso.com"] },
    { are: "the sponsor in another list", by: sponsor({ code: "extension_Code" as never, list: "codes" }), names: ["ann@contoso.com"] },
    { are: "the sponsor who was typed", by: sponsor(typed), names: ["pat@contoso.com"] },
    {
      are: "the code's sponsor before the typed one",
      by: sponsor({ ...typed, code: "extension_Code" as never }),
      names: ["lee@contoso.com"],
    },
  ])("are $are", async ({ by, names }) => {
    const { reason, row } = await asked([{ by }], {
      attributes: { extension_Code: "A-1", extension_Sponsor: "Pat@Contoso.com" },
      rows: [
        [valueRow("extension_Code", "A-1"), { approver: "Lee@contoso.com" }],
        [valueRow("codes", "A-1"), { approver: "ann@contoso.com" }],
      ],
    });
    expect([reason, row?.asked]).toEqual(["approval.requested", names]);
  });

  it("are not the sponsor of an expired code", async () =>
    expect(
      await asked([{ by: sponsor({ code: "extension_Code" as never }), orElse: approvers("Security") }], {
        attributes: { extension_Code: "A-1" },
        rows: [[valueRow("extension_Code", "A-1"), { approver: "lee@contoso.com", expiresAt: "2020-01-31" }]],
      }),
    ).toMatchObject({ row: { asked: ["role:Security"] } }));

  it("include the sponsor of an invitation that has ended", async () => {
    const invitee = { email: kim.email, sponsor: "pat@contoso.com" };
    const ended = rowOf(invitePerson(undefined, invitee, { by: alice, code: "C", days: 1 }, hashOf, later(-2 * DAY)));
    const { row } = await asked([{ by: sponsor() }], {
      before: [invited({ by: ["address"], otherwise: "approval" })],
      rows: [[requestKey(invitationId(kim.email, undefined, hashOf)), ended as unknown as Row]],
    });
    expect(row).toMatchObject({ asked: ["pat@contoso.com"], sponsor: "pat@contoso.com" });
  });

  it.each<{ is: string; stages: readonly ApprovalStage[]; attributes?: Readonly<Record<string, string>>; why: string }>([
    { is: "without a sponsor", stages: [{ by: sponsor() }], why: "no sponsor" },
    { is: "whose function names nobody", stages: [{ by: approvers(() => undefined) }], why: "names nobody" },
    { is: "of the person alone", stages: [{ by: approvers(() => kim.email) }], why: "names nobody" },
    { is: "of another spelling of the person", stages: [{ by: approvers(() => kim.email.replace("@", "+x@")) }], why: "names nobody" },
    {
      is: "that asks the same person as the one before",
      stages: [{ by: approvers("pat@contoso.com") }, { by: sponsor(typed) }],
      attributes: { extension_Sponsor: "pat@contoso.com" },
      why: "too few different people",
    },
    { is: "after others", stages: [{ by: approvers("Security") }, { by: sponsor() }], why: "no sponsor" },
  ])("cause the refusal of the sign-up at once if a stage has none: $is", async ({ stages, attributes = {}, why }) => {
    expect(await asked(stages, { attributes })).toMatchObject({ reason: "approval.no-approver", row: undefined, evidence: { why } });
  });

  it.each([
    { typed: undefined, reason: "attribute.required" },
    { typed: " ", reason: "attribute.required" },
    { typed: "pat@contoso", reason: "attribute.invalid" },
    { typed: "a@evil.example", reason: "attribute.invalid" },
    { typed: kim.email, reason: "attribute.invalid" },
    { typed: "pat*@contoso.com", reason: "attribute.invalid" },
    { typed: "pat_example.com#EXT#@contoso.com", reason: "attribute.invalid" },
  ])("do not include a sponsor typed as $typed, and the person must type another address", async ({ typed: address, reason }) => {
    const stages = [{ by: sponsor({ attribute: typed.attribute, domains: ["contoso.com", "example.com"] }) }];
    const signUp = { ...kim, attributes: { ...kim.attributes, ...(address && { extension_Sponsor: address }) } } as SignUp;
    const tables = memory([]);
    const rule = requestApproval({ stages });
    expect(rule.asks).toEqual(["extension_Sponsor"]);
    const { answer, trace } = await decide(beforeCreateUser([rule], { trust: ["mail", "google.com"] }), signUp, tables.world);
    expect(answer).toMatchObject({ kind: "invalid", problems: [{ attribute: "extension_Sponsor", reason }] });
    expect(trace.at(-1)?.evidence).toMatchObject({ stage: "1", why: "no sponsor" });
    expect(tables.row(requestKey(requestId(signUp, hashOf)))).toBeUndefined();
  });

  it("need no typed sponsor if orElse names approvers in place of a missing sponsor", async () => {
    const rule = requestApproval({ stages: [{ by: sponsor(typed), orElse: approvers("Security") }] });
    expect(rule.asks).toBeUndefined();
    expect(await asked([{ by: sponsor(typed), orElse: approvers("Security") }])).toMatchObject({ row: { asked: ["role:Security"] } });
  });

  it.each([
    { name: "Security", is: "role:Security" },
    { name: GROUP, is: `group:${GROUP.toLowerCase()}` },
    { name: " Lee@Contoso.com", is: "lee@contoso.com" },
    { name: "arn:aws:iam::111111111111:role/Desk", is: "arn:aws:iam::111111111111:role/Desk" },
    { name: "a".repeat(60), is: `role:${"a".repeat(60)}` },
  ])("are recognised by their form: $name", ({ name, is }) => {
    expect(approvers(name).fixed).toEqual([is]);
    expect(approvers(() => [name]).named({ signUp: kim, findings: {} }, { get: () => undefined })).toEqual([is]);
  });

  const begun = (stages: readonly ApprovalStage[], attributes: SignUp["attributes"] = {}) => {
    const [{ by } = { by: sponsor() }] = stages;
    const plan = by.plan(stages, { answerWithinDays: 90, stageMail: false });
    return plan.begin({ signUp: { ...kim, attributes }, findings: {} }, { get: () => undefined }, NOW);
  };
  const noApprover = { kind: "block", ...refusal("approval.no-approver") };
  it.each<{ given: string; stages: readonly ApprovalStage[]; list: readonly object[] }>([
    {
      given: "nobody else to ask",
      stages: [{ by: approvers("A"), orElse: approvers(() => []), within: "1h" }],
      list: [{ by: ["role:A"], need: 1 }],
    },
    {
      given: "others later",
      stages: [{ by: approvers("A"), orElse: approvers("B"), within: "1h", need: 2 }],
      list: [{ by: ["role:A"], orElse: ["role:B"], need: 2, withinMinutes: 60 }],
    },
    { given: "others at once", stages: [{ by: approvers(() => []), orElse: approvers("B", "B") }], list: [{ by: ["role:B"], need: 1 }] },
    {
      given: "people who can be placed in one way alone",
      stages: [{ by: approvers("a@b.example", "c@b.example") }, { by: approvers("a@b.example") }],
      list: [
        { by: ["a@b.example", "c@b.example"], need: 1 },
        { by: ["a@b.example"], need: 1 },
      ],
    },
    {
      given: "people of whom others count once they are asked",
      stages: [{ by: approvers("a@b.example"), orElse: approvers("c@b.example"), within: "1h" }, { by: approvers("a@b.example") }],
      list: [
        { by: ["a@b.example"], orElse: ["c@b.example"], need: 1, withinMinutes: 60 },
        { by: ["a@b.example"], need: 1 },
      ],
    },
    {
      given: "a sponsor, or others, of whom two decide",
      stages: [{ by: sponsor(), orElse: approvers("B"), within: "1h", need: 2 }],
      list: [{ by: ["role:B"], need: 2 }],
    },
  ])("are stored in the request: $given", ({ stages, list }) => {
    const started = begun(stages);
    expect(started).toMatchObject({ stages: { list } });
    expect((started as { readonly stages: object }).stages).not.toHaveProperty("news");
    expect(started).not.toHaveProperty("sponsor");
    for (const [index, stage] of list.entries())
      expect((started as { readonly stages: { readonly list: readonly object[] } }).stages.list[index]).toStrictEqual(stage);
  });

  it("are not refused as too few if a function may still name more of them", () =>
    expect(() =>
      begun([{ by: approvers("a@b.example"), orElse: approvers(() => "c@b.example"), within: "1h" }, { by: approvers("a@b.example") }]),
    ).not.toThrow());

  it("include those of orElse only if a time for asking them is given", () =>
    expect(() => begun([{ by: approvers("a@b.example"), orElse: approvers("c@b.example") }, { by: approvers("a@b.example") }])).toThrow(
      /name too few people/,
    ));

  it("are reported as missing if a stage names nobody, and the evidence names that stage", () => {
    const evidence = { stage: "2", why: "no sponsor" };
    expect(begun([{ by: approvers("A") }, { by: sponsor() }])).toStrictEqual({ ...noApprover, evidence });
    expect(begun([{ by: approvers(() => "a@b.example") }, { by: approvers(() => "a+1@b.example") }])).toStrictEqual({
      ...noApprover,
      evidence: { why: "too few different people" },
    });
  });

  it("are the typed sponsor if the code's sponsor is the person who asks", () => {
    const by = sponsor({ ...typed, code: "extension_Code" as never });
    const signUp = { ...kim, attributes: { extension_Code: "A-1", extension_Sponsor: "pat@contoso.com" } };
    expect(by.named({ signUp, findings: {} }, { get: () => ({ approver: kim.email }) })).toEqual(["pat@contoso.com"]);
  });

  it("are the approvers of orElse at once if the stage names nobody", async () => {
    const { row } = await asked([{ by: sponsor(), orElse: approvers("Partners"), within: "48h" }]);
    expect(row).toMatchObject({ asked: ["role:Partners"], stages: { list: [{ by: ["role:Partners"], need: 1 }], running: 0, votes: [] } });
    expect(row?.escalatesAt).toBeUndefined();
  });

  it("are stored with the time at which those of orElse are asked", async () => {
    const { row } = await asked([{ by: approvers("lee@contoso.com"), orElse: approvers("Partners"), within: "48h", need: 2 }]);
    expect(row).toMatchObject({ asked: ["lee@contoso.com"], escalatesAt: new Date(NOW.getTime() + 2 * DAY).toISOString() });
  });

  it.each<{ stages: unknown; says: RegExp }>([
    { stages: [], says: /stages is a list like/ },
    { stages: "Security", says: /stages is a list like/ },
    { stages: [{ by: "Security" }], says: /by is approvers/ },
    { stages: [{ by: () => "Security" }], says: /write approvers\(.*\) around the function in by/ },
    { stages: [{ by: approvers("A"), orElse: () => "B" }], says: /stage 1: write approvers\(.*\) around the function in orElse/ },
    { stages: [{ by: approvers("A") }, { by: "Security" }], says: /stage 2: by must be approvers/ },
    { stages: [{ by: approvers("A"), orElse: "B" }], says: /stage 1: orElse must be approvers/ },
    { stages: [{ by: approvers("A"), need: 0 }], says: /need is a whole number from 1 to 10, not 0/ },
    { stages: [{ by: approvers("A"), needs: 2 }], says: /no option "needs"/ },
    { stages: [{ by: approvers("A"), within: "48h" }], says: /within needs orElse/ },
    { stages: [{ by: approvers("A"), orElse: approvers("B"), within: "2 days" }], says: /from "15m" to "31d"/ },
    { stages: [{ by: approvers("A"), orElse: approvers("B"), within: "14d" }], says: /expires after 14 days/ },
    { stages: [{ by: sponsor(), need: 2 }], says: /a person has one sponsor/ },
    { stages: [{ by: approvers("a@b.example", "a+1@b.example"), need: 2 }], says: /name too few people/ },
    { stages: [{ by: approvers("a@b.example") }, { by: approvers("a@b.example") }], says: /name too few people/ },
    { stages: Array.from({ length: 11 }, () => ({ by: approvers("A") })), says: /10 at most/ },
  ])("are refused while the policy is loaded: $says", ({ stages, says }) => {
    expect(() => requestApproval({ stages: stages as never })).toThrow(says);
  });

  it.each<{ made: () => unknown; says: RegExp }>([
    { made: () => approvers("Two words"), says: /is no app role like/ },
    { made: () => approvers("lee@"), says: /is no app role like/ },
    { made: () => approvers(""), says: /is no app role like/ },
    { made: () => approvers("arn:aws:iam::1:role/*"), says: /no ARN/ },
    { made: () => sponsor({ attribute: "extension_Sponsor" as never }), says: /attribute and domains go together/ },
    { made: () => sponsor({ ...typed, domains: ["contoso"] }), says: /is no domain/ },
    { made: () => sponsor({ list: "codes" }), says: /list needs code/ },
    {
      made: () => requestApproval({ stages: [{ by: approvers("A") }], askedOf: sponsor() }),
      says: /in place of askedOf/,
    },
    { made: () => requestApproval({ stages: [{ by: approvers("A") }], stageMail: "yes" as never }), says: /stageMail is true or false/ },
    { made: () => requestApproval({ stageMail: true }), says: /stageMail needs stages/ },
  ])("are made by functions that check their options: $says", ({ made, says }) => expect(made).toThrow(says));

  it("refuse the sign-up if a function names an invalid approver", async () => {
    expect((await asked([{ by: approvers(() => "two words") }])).reason).not.toBe("approval.requested");
  });
});
