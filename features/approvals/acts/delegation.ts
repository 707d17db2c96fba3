import { type Act, type Concern, readEach } from "../../../adapters/operator/act";
import { pageTexts } from "../../../engine/operator/page-texts";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import { type Delegation, isDelegationTime, isOwnDelegate, LONGEST_DELEGATION_DAYS } from "../delegation";
import { delegations } from "../world";

interface DelegationTarget {
  /** The approver's addresses, the first one for the audit log. */
  readonly from: readonly [string, ...string[]];
}

interface DelegationInput {
  /** An address, or an ARN. */
  readonly to: string;
  readonly until: Date;
  /** The zone of a typed day. @default this machine's */
  readonly zone?: string;
}

interface DelegationState extends DelegationTarget {
  readonly given: Delegation | undefined;
  readonly now: Date;
}

const uses = { delegations };
const may = "Approver";

const read: Act<typeof uses, DelegationTarget, unknown, DelegationState, unknown>["read"] = readEach(async ({ from }, world, { now }) => ({
  from,
  given: (await world.delegations.of(from, now)).given[0],
  now,
}));

const refuse = (code: string, text: Concern["text"]): Concern => ({ code, weight: "refused", text });

/** Lets somebody else decide in an approver's place until a moment. Replaces the approver's earlier delegation. The outcome is the new one. */
export const giveDelegation: Act<typeof uses, DelegationTarget, DelegationInput, DelegationState, Delegation> = {
  ...{ name: "approvals.delegate", may, uses, read },
  concerns({ from, given, now }, { to, until, zone }, { via }) {
    const concerns: Concern[] = [];
    if (isOwnDelegate(from, to))
      concerns.push(
        refuse("own-address", () => (via === "console" ? delegationWords.ownAddress(to) : delegationWords.otherSpelling(to, from[0]))),
      );
    if (!isDelegationTime(until, now, zone)) concerns.push(refuse("bad-end", () => delegationWords.badUntil(LONGEST_DELEGATION_DAYS)));
    if (given !== undefined)
      concerns.push({ code: "replaces", weight: "shown", text: (time) => delegationWords.replaces(given.to, time(given.until)) });
    return concerns;
  },
  entry: ({ from: [subject] }, { to, until }) => ({ action: "approvals.delegate", subject, after: { to, until: until.toISOString() } }),
  async perform({ from }, { to, until }, { delegations }, { actor, now }) {
    // Only approvers who signed in themselves let a delegate decide by a link in a mail.
    await delegations.give(from, to, until, now, actor.via === "console");
    return { from: normaliseMailbox(from[0]), to, until: until.toISOString() };
  },
};

/** Ends an approver's delegation. The outcome is the ended one. */
export const endDelegation: Act<typeof uses, DelegationTarget, object, DelegationState, Delegation> = {
  ...{ name: "approvals.undelegate", may, uses, read },
  concerns: ({ given, from: [name] }) => (given === undefined ? [refuse("no-delegation", () => delegationWords.none(name))] : []),
  entry: ({ from: [subject] }) => ({ action: "approvals.delegate", subject, after: { to: "", until: "" } }),
  async perform({ from, given }, _, { delegations }) {
    await delegations.end(from);
    return given;
  },
};

/** Operators' and approvers' words for what speaks against a delegation. */
export const delegationWords = pageTexts({
  ownAddress: [
    (to: string) => `${to} is your own address: write the address of somebody else.`,
    (to) => `${to} 주소는 본인의 주소입니다. 다른 사람의 주소를 입력하세요.`,
  ],
  otherSpelling: [
    (to: string, from: string) => `${to} is ${from} in another spelling: name somebody else.`,
    (to, from) => `${to} 주소는 ${from} 주소의 다른 표기입니다. 다른 사람을 지정하세요.`,
  ],
  badUntil: [(days: number) => `Choose a day within ${days} days from today.`, (days) => `오늘부터 ${days}일 이내의 날짜를 선택하세요.`],
  replaces: [
    (to: string, until: string) => `This ends the delegation to ${to}, which lasts until ${until}.`,
    (to, until) => `${until}까지인 ${to} 위임을 끝냅니다.`,
  ],
  none: [(from: string) => `Nobody decides for ${from}.`, (from) => `${from} 대신 결정하는 사람이 없습니다.`],
});
