import { MAX_TEXT_LENGTH } from "../../engine/sign-up/text";
import type { DecisionAction, Why } from "./change";
import type { ApprovalRequest, ApproverDecision, DENIED_BY_LIST, Stages } from "./request";

/** With a comma for thousands. Intl would take 15 ms while the module loads. */
const maxNote = String(MAX_TEXT_LENGTH).replace(/(?=\d{3}$)/, ",");

/** If `next` says both result and consequence, `done` is empty. */
interface Followed {
  readonly done: string;
  readonly next: string;
}

const buildFollowed = (doneText: string, next: string): Followed => ({ done: doneText, next });

/** The words are in English on the command line and from the API, in English and Korean in the console. */
const en = {
  follows: {
    pass: (until: string) => buildFollowed("Approved:", `the person may sign up until ${until}, once.`),
    account: buildFollowed("Approved:", "the account is created next."),
    retried: buildFollowed("", "Gatehouse tries to create the account again."),
    denied: buildFollowed("Denied:", "the person cannot ask again with this account unless the request is reopened."),
    deniedUntil: (from: string) => buildFollowed("Denied:", `the person may ask again from ${from}.`),
    revoked: buildFollowed("Revoked:", "the invitation lets nobody in."),
    takenBack: "The approval was taken back.",
    accountStays: "The account stays: end it with expiry end, or delete it in Entra.",
    begun: (account: string) => `The account ${account} was partly created: delete it in Entra.`,
    tried: "Gatehouse tried to create the account: check in Entra that it does not exist.",
    reopened: (until: string) => buildFollowed("Reopened:", `it waits for an answer until ${until}.`),
    listedAgain: buildFollowed("Reopened:", "the person is on the waiting list again."),
    withdrawn: buildFollowed("", "Your approval was taken back."),
    released: buildFollowed("Reopened:", "the person's data were deleted, so they may sign up and ask again."),
    invited: buildFollowed("Approved:", "an invitation goes to the guest."),
    refusedAsk: buildFollowed("Denied:", "the colleague who asked gets a mail."),
    voted: (votes: number, need: number) => buildFollowed("", `Your approval counts: ${votes} of the ${need} that this stage needs.`),
    passed: (stage: number, of: number) => buildFollowed("", `Your approval counts. Stage ${stage} of ${of} asks the next approvers.`),
  },
  why: {
    unknown: "There is no such request.",
    "asked-again": "The person has asked again since: check that request, then decide.",
    own: "It is your own request: ask another approver to decide on it.",
    "own-ask": "You asked for this guest: somebody else has to decide.",
    "asker-unknown":
      "A colleague asked for this guest, and your session does not tell whether you are that colleague: decide in the console, or with a session that has your address as its name.",
    "invitation-sent": "It is approved, and the invitation was sent: undo the approval while it is unused, or revoke the invitation.",
    "denied-by-list": "The access list denies the person, and a deny always wins: remove or change the entry first, or deny the request.",
    already: "It was decided that way already.",
    "note-too-long": `The note is longer than ${maxNote} characters.`,
    stripped: "The person's data were deleted, so no account can be created: reopen the request, and have the person sign up again.",
    pending: "It still waits for an answer: approve or deny it.",
    approved: "It is approved: deny it to take that back.",
    denied: "It is denied: reopen it first.",
    expired: "It has expired: reopen it, or have the person sign up again.",
    provisioning: "It is approved, and its account is being created at this moment.",
    provisioned: "It is approved, and its account is created.",
    failed: "It is approved, but its account could not be created: try it again, deny it, or reopen it to decide again.",
    admitted: "The person was let in at sign-up already.",
    "not-yet": "It is too early for that.",
    leased: "A worker has it at this moment.",
    "lease-lost": "A worker has it at this moment.",
    continues: "Its approval lets the person in at sign-up: there is no account to make.",
    invited: "It is an invitation: send it again, or invite the person again.",
    "not-invited": "It is a request, not an invitation.",
    "changed-since": "Somebody has changed it since.",
    moved: "It was moved to another address: revoke the invitation of that address.",
    "not-asked": "Others are asked to decide on it now. If they cannot, an operator can reassign it.",
    voted: "You have approved it already, yourself or as a delegate: somebody else has to decide now.",
    "stage-passed": "The request has moved to another stage since you looked at it: look again, then decide.",
    "no-stages": "It has no stages: every approver can decide on it.",
    "too-few": "These are too few people for this stage, because nobody votes twice or on their own request.",
  } satisfies Record<Why | "asked-again" | "own" | "own-ask" | "asker-unknown" | typeof DENIED_BY_LIST, string>,
  notBefore: (at: string) => `Not before ${at}.`,
  // `overAlready` replaces `why.expired` if reopening is impossible. `notFailed` replaces `why.approved` for a retry.
  overAlready: "It has ended, and the person's data were deleted: they may sign up and ask again.",
  notFailed: "It is approved and has not failed.",
};

type DecidingWords = typeof en;

const ko: DecidingWords = {
  follows: {
    pass: (until) => buildFollowed("승인했습니다.", `${until}까지 한 번 가입할 수 있습니다.`),
    account: buildFollowed("승인했습니다.", "이어서 계정이 만들어집니다."),
    retried: buildFollowed("", "계정 생성을 다시 시도합니다."),
    denied: buildFollowed("거부했습니다.", "요청을 다시 열기 전에는 이 계정으로 다시 신청할 수 없습니다."),
    deniedUntil: (from) => buildFollowed("거부했습니다.", `${from}부터 다시 신청할 수 있습니다.`),
    revoked: buildFollowed("취소했습니다.", "이 초대로는 아무도 가입할 수 없습니다."),
    takenBack: "승인이 취소되었습니다.",
    accountStays: "계정은 그대로 남습니다. expiry end로 이용을 종료하거나 Entra에서 삭제하세요.",
    begun: (account) => `${account} 계정이 일부 만들어졌습니다. Entra에서 삭제하세요.`,
    tried: "계정을 만들려고 시도했습니다. Entra에 계정이 없는지 확인하세요.",
    reopened: (until) => buildFollowed("다시 열었습니다.", `${until}까지 답변을 기다립니다.`),
    listedAgain: buildFollowed("다시 열었습니다.", "다시 대기자 명단에 있습니다."),
    withdrawn: buildFollowed("", "승인을 취소했습니다."),
    released: buildFollowed("다시 열었습니다.", "신청자의 정보가 삭제되었으므로 새로 가입하여 신청할 수 있습니다."),
    invited: buildFollowed("승인했습니다.", "게스트에게 초대를 보냅니다."),
    refusedAsk: buildFollowed("거부했습니다.", "요청한 동료에게 메일을 보냅니다."),
    voted: (votes, need) => buildFollowed("승인이 반영되었습니다.", `이 단계에 필요한 승인 ${need}건 중 ${votes}건입니다.`),
    passed: (stage, of) => buildFollowed("승인이 반영되었습니다.", `이제 ${of}단계 중 ${stage}단계 승인자가 결정합니다.`),
  },
  why: {
    unknown: "해당 요청이 없습니다.",
    "asked-again": "신청자가 그 사이 새로 신청했습니다. 새 요청을 확인한 뒤 결정하세요.",
    own: "본인의 요청입니다. 다른 승인자에게 결정을 요청하세요.",
    "own-ask": "본인이 요청한 게스트입니다. 다른 사람이 결정해야 합니다.",
    "asker-unknown":
      "동료가 요청한 게스트이며, 이 세션만으로는 본인이 그 동료인지 알 수 없습니다. 콘솔에서 결정하거나 본인 주소가 이름인 세션을 사용하세요.",
    "invitation-sent": "승인되어 게스트를 초대했습니다. 사용하기 전이면 승인을 실행 취소하고, 아니면 초대를 취소하세요.",
    "denied-by-list": "접근 목록이 이 사람을 거부하며, 거부가 항상 우선합니다. 먼저 항목을 삭제하거나 변경하거나, 요청을 거부하세요.",
    already: "이미 그렇게 처리되었습니다.",
    "note-too-long": `메모가 ${maxNote}자를 넘습니다.`,
    stripped: "신청자의 정보가 삭제되어 계정을 만들 수 없습니다. 요청을 다시 열고 신청자가 다시 가입하게 하세요.",
    pending: "아직 답변을 기다리고 있습니다. 승인하거나 거부하세요.",
    approved: "승인되었습니다. 취소하려면 거부하세요.",
    denied: "거부된 요청입니다. 먼저 다시 여세요.",
    expired: "기한이 지났습니다. 요청을 다시 열거나 신청자가 다시 가입하게 하세요.",
    provisioning: "승인되었으며 지금 계정을 만드는 중입니다.",
    provisioned: "승인되었으며 계정이 만들어졌습니다.",
    failed: "승인되었지만 계정을 만들지 못했습니다. 다시 시도하거나, 거부하거나, 다시 열어 새로 결정하세요.",
    admitted: "이미 가입이 허용되었습니다.",
    "not-yet": "아직 할 수 없습니다.",
    leased: "지금 처리 중입니다.",
    "lease-lost": "지금 처리 중입니다.",
    continues: "승인되면 직접 가입하는 요청이므로 만들 계정이 없습니다.",
    invited: "초대입니다. 다시 보내거나 새로 초대하세요.",
    "not-invited": "초대가 아니라 신청입니다.",
    "changed-since": "그 뒤에 변경되었습니다.",
    moved: "다른 주소로 옮겨졌습니다. 그 주소의 초대를 취소하세요.",
    "not-asked": "지금은 다른 승인자가 결정할 차례입니다. 결정할 수 없는 상황이면 운영자가 담당자를 바꿀 수 있습니다.",
    voted: "이미 직접 또는 대리로 승인했습니다. 이제 다른 사람이 결정해야 합니다.",
    "stage-passed": "확인하신 뒤 다음 단계로 넘어갔습니다. 다시 확인한 후 결정하세요.",
    "no-stages": "단계가 없는 신청입니다. 모든 승인자가 결정할 수 있습니다.",
    "too-few": "이 단계를 통과하기에 담당자가 부족합니다. 한 사람이 두 번 승인하거나 본인의 신청을 결정할 수 없습니다.",
  },
  notBefore: (at) => `${at}부터 가능합니다.`,
  overAlready: "이미 끝난 요청이며 신청자의 정보가 삭제되었습니다. 새로 가입하여 신청할 수 있습니다.",
  notFailed: "승인되었으며 실패하지 않았습니다.",
};

export const decidingWords = { en, ko } as const;

export type ShowTime = (iso: string) => string;

/** Returns a time as it is stored: for the API and for JSON. */
export const showStored: ShowTime = (iso) => iso;

export function followsText(words: DecidingWords, verb: DecisionAction, request: ApprovalRequest, time: ShowTime): string {
  const { done, next } = describeFollowed(words, verb, request, time);
  return done === "" ? next : `${done} ${next}`;
}

export function describeFollowed({ follows }: DecidingWords, verb: DecisionAction, request: ApprovalRequest, time: ShowTime): Followed {
  const { state, onApproval, passUntil = "", answerBy, stages, history, ask, waitlist } = request;
  switch (verb) {
    case "approve":
      if (state === "pending" && stages !== undefined) return stagesText(follows, stages);
      if (ask !== undefined) return follows.invited;
      return onApproval === "continue" ? follows.pass(time(passUntil)) : follows.account;
    case "deny":
      return ask === undefined ? deniedText(follows, request, time) : follows.refusedAsk;
    case "reopen":
      if (history.at(-1)?.what === "withdrawn") return follows.withdrawn;
      if (state !== "pending") return follows.released;
      return waitlist === true ? follows.listedAgain : follows.reopened(time(answerBy));
    case "retry":
      return follows.retried;
  }
}

function stagesText({ voted, passed }: DecidingWords["follows"], { list, running, votes }: Stages): Followed {
  const count = votes.filter(({ stage }) => stage === running).length;
  return count === 0 ? passed(running + 1, list.length) : voted(count, list[running]?.need ?? 1);
}

/** Names an account whose creation had begun: somebody has to clean up in Entra. */
function deniedText(
  follows: DecidingWords["follows"],
  { mayAskAgainAt, history, account, attempts, invitation }: ApprovalRequest,
  time: ShowTime,
): Followed {
  const from = history.at(-1)?.from;
  const wasTried = attempts !== undefined || from === "failed";
  const denied = mayAskAgainAt === undefined ? follows.denied : follows.deniedUntil(time(mayAskAgainAt));
  const { done, next } = invitation === undefined ? denied : follows.revoked;
  const sentences: string[] = [next];
  if (from !== "pending" && invitation === undefined) sentences.push(follows.takenBack);
  if (from === "admitted") sentences.push(follows.accountStays);
  if (account !== undefined) sentences.push(follows.begun(account.id));
  else if (wasTried) sentences.push(follows.tried);
  return { done, next: sentences.join(" ") };
}

interface Refusal {
  readonly why: keyof DecidingWords["why"];
  readonly decision?: ApproverDecision;
}

/** @param describeDecision writes the earlier decision as a sentence */
export function refusalText(
  words: DecidingWords,
  verb: DecisionAction,
  { why, decision }: Refusal,
  describeDecision: (decision: ApproverDecision) => string,
): string {
  const text =
    verb === "reopen" && why === "expired" ? words.overAlready : verb === "retry" && why === "approved" ? words.notFailed : words.why[why];
  return decision === undefined ? text : `${text} ${describeDecision(decision)}`;
}
