import { decidingWords, followsText, refusalText } from "../../../features/approvals/deciding-words";
import { alice, at, failure } from "./requests";

const UNTIL = "2026-12-01T12:00:00Z";
/** The same moment, as its reader sees it. */
const SHOWN = "1 Dec 21:00";
const time = (iso: string) => (iso === UNTIL ? SHOWN : iso);
const two = { list: [{ need: 3 }, { need: 1 }], running: 0, votes: [] } as never;
const voted = { list: [{ need: 1 }, { need: 3 }], running: 1, votes: [{ stage: 0 }, { stage: 1 }, { stage: 1 }] } as never;
const passed = { list: [{ need: 1 }, { need: 3 }], running: 1, votes: [{ stage: 0 }] } as never;
const step = { at: UNTIL, to: "denied", by: alice } as const;

describe("what follows a decision", () => {
  it.each([
    {
      given: "an approval that lets the person in at sign-up",
      verb: "approve",
      request: { ...at.approved, onApproval: "continue", passUntil: UNTIL },
      en: `Approved: the person may sign up until ${SHOWN}, once.`,
      ko: `승인했습니다. ${SHOWN}까지 한 번 가입할 수 있습니다.`,
    },
    {
      given: "an approval of a person whose account Gatehouse creates",
      verb: "approve",
      request: at.approved,
      en: "Approved: the account is created next.",
      ko: "승인했습니다. 이어서 계정이 만들어집니다.",
    },
    {
      given: "the last approval of all stages",
      verb: "approve",
      request: { ...at.approved, stages: two },
      en: "Approved: the account is created next.",
      ko: "승인했습니다. 이어서 계정이 만들어집니다.",
    },
    {
      given: "two of three approvals of a stage",
      verb: "approve",
      request: { ...at.pending, stages: voted },
      en: "Your approval counts: 2 of the 3 that this stage needs.",
      ko: "승인이 반영되었습니다. 이 단계에 필요한 승인 3건 중 2건입니다.",
    },
    {
      given: "the last approval of a stage that is not the last one",
      verb: "approve",
      request: { ...at.pending, stages: passed },
      en: "Your approval counts. Stage 2 of 2 asks the next approvers.",
      ko: "승인이 반영되었습니다. 이제 2단계 중 2단계 승인자가 결정합니다.",
    },
    {
      given: "a deny for good",
      verb: "deny",
      request: { ...at.denied, history: [{ ...step, from: "pending" }] },
      en: "Denied: the person cannot ask again with this account unless the request is reopened.",
      ko: "거부했습니다. 요청을 다시 열기 전에는 이 계정으로 다시 신청할 수 없습니다.",
    },
    {
      given: "a deny until a day",
      verb: "deny",
      request: { ...at.denied, history: [{ ...step, from: "pending" }], mayAskAgainAt: UNTIL },
      en: `Denied: the person may ask again from ${SHOWN}.`,
      ko: `거부했습니다. ${SHOWN}부터 다시 신청할 수 있습니다.`,
    },
    {
      given: "a deny that takes an approval back",
      verb: "deny",
      request: { ...at.denied, history: [{ ...step, from: "approved" }] },
      en: "Denied: the person cannot ask again with this account unless the request is reopened. The approval was taken back.",
      ko: "거부했습니다. 요청을 다시 열기 전에는 이 계정으로 다시 신청할 수 없습니다. 승인이 취소되었습니다.",
    },
    {
      given: "a deny after an account was begun",
      verb: "deny",
      request: { ...at.denied, history: [{ ...step, from: "failed" }], account: { id: "a1b2" }, attempts: 2 },
      en:
        "Denied: the person cannot ask again with this account unless the request is reopened. The approval was taken back. " +
        "The account a1b2 was partly created: delete it in Entra.",
      ko:
        "거부했습니다. 요청을 다시 열기 전에는 이 계정으로 다시 신청할 수 없습니다. 승인이 취소되었습니다. " +
        "a1b2 계정이 일부 만들어졌습니다. Entra에서 삭제하세요.",
    },
    {
      given: "a deny after an account was tried",
      verb: "deny",
      request: { ...at.denied, history: [{ ...step, from: "approved" }], attempts: 1 },
      en:
        "Denied: the person cannot ask again with this account unless the request is reopened. The approval was taken back. " +
        "Gatehouse tried to create the account: check in Entra that it does not exist.",
      ko:
        "거부했습니다. 요청을 다시 열기 전에는 이 계정으로 다시 신청할 수 없습니다. 승인이 취소되었습니다. " +
        "계정을 만들려고 시도했습니다. Entra에 계정이 없는지 확인하세요.",
    },
    {
      given: "a deny after the account failed",
      verb: "deny",
      request: { ...at.denied, history: [{ ...step, from: "failed" }] },
      en:
        "Denied: the person cannot ask again with this account unless the request is reopened. The approval was taken back. " +
        "Gatehouse tried to create the account: check in Entra that it does not exist.",
      ko:
        "거부했습니다. 요청을 다시 열기 전에는 이 계정으로 다시 신청할 수 없습니다. 승인이 취소되었습니다. " +
        "계정을 만들려고 시도했습니다. Entra에 계정이 없는지 확인하세요.",
    },
    {
      given: "the end of an invitation",
      verb: "deny",
      request: { ...at.denied, invitation: {}, history: [{ ...step, from: "approved" }] },
      en: "Revoked: the invitation lets nobody in.",
      ko: "취소했습니다. 이 초대로는 아무도 가입할 수 없습니다.",
    },
    {
      given: "the end of an invitation that was used",
      verb: "deny",
      request: { ...at.denied, invitation: {}, history: [{ ...step, from: "admitted" }] },
      en: "Revoked: the invitation lets nobody in. The account stays: end it with expiry end, or delete it in Entra.",
      ko: "취소했습니다. 이 초대로는 아무도 가입할 수 없습니다. 계정은 그대로 남습니다. expiry end로 이용을 종료하거나 Entra에서 삭제하세요.",
    },
    {
      given: "a request that waits again",
      verb: "reopen",
      request: { ...at.pending, answerBy: UNTIL },
      en: `Reopened: it waits for an answer until ${SHOWN}.`,
      ko: `다시 열었습니다. ${SHOWN}까지 답변을 기다립니다.`,
    },
    {
      given: "a request that is on the waiting list again",
      verb: "reopen",
      request: { ...at.pending, answerBy: UNTIL, waitlist: true },
      en: "Reopened: the person is on the waiting list again.",
      ko: "다시 열었습니다. 다시 대기자 명단에 있습니다.",
    },
    {
      given: "a reopened request whose data are gone",
      verb: "reopen",
      request: at.expired,
      en: "Reopened: the person's data were deleted, so they may sign up and ask again.",
      ko: "다시 열었습니다. 신청자의 정보가 삭제되었으므로 새로 가입하여 신청할 수 있습니다.",
    },
    {
      given: "another try",
      verb: "retry",
      request: { ...at.failed, failure },
      en: "Gatehouse tries to create the account again.",
      ko: "계정 생성을 다시 시도합니다.",
    },
  ] as const)("is shown in words: $given", ({ verb, request, ...says }) => {
    for (const language of ["en", "ko"] as const)
      expect(followsText(decidingWords[language], verb, request as never, time)).toBe(says[language]);
  });
});

describe("why a decision was not made", () => {
  const { en } = decidingWords;
  const decision = { verdict: "approved", by: alice, at: UNTIL } as const;
  const decided = () => "Alice approved it.";

  it.each([
    { verb: "reopen", why: "expired", says: en.overAlready },
    { verb: "retry", why: "approved", says: en.notFailed },
    { verb: "approve", why: "expired", says: en.why.expired },
    { verb: "retry", why: "expired", says: en.why.expired },
    { verb: "deny", why: "approved", says: en.why.approved },
    { verb: "reopen", why: "approved", says: en.why.approved },
    { verb: "approve", why: "already", decision, says: "It was decided that way already. Alice approved it." },
  ] as const)("is shown in words: $verb, $why: $says", ({ verb, says, ...refusal }) =>
    expect(refusalText(en, verb, refusal, decided)).toBe(says),
  );
});
