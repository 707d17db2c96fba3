import type { ReasonWords } from "../../engine/messages/own-reasons";

export const reasons: ReasonWords = {
  "approval.requested": {
    meaning: { en: "the person asked for approval", ko: "승인을 요청했습니다" },
    remedy: { en: "An approver has to approve the request.", ko: "승인자가 요청을 승인해야 합니다." },
  },
  "approval.pending": {
    meaning: { en: "the person's request is waiting for approval", ko: "승인을 기다리는 중입니다" },
    remedy: { en: "An approver has to approve the request.", ko: "승인자가 요청을 승인해야 합니다." },
  },
  "approval.waitlisted": {
    meaning: { en: "the person is on the waiting list", ko: "대기자 명단에 있습니다" },
    remedy: {
      en: "Let the oldest in: npm run gate -- invite oldest 50; or approve the request.",
      ko: "오래 기다린 순서대로 초대하세요: npm run gate -- invite oldest 50. 또는 요청을 승인하세요.",
    },
  },
  "approval.changed": {
    meaning: { en: "the person's request changed during the call", ko: "이 순간 요청의 상태가 바뀌었습니다" },
    remedy: { en: "The person may try again now.", ko: "지금 다시 시도할 수 있습니다." },
  },
  "approval.no-approver": {
    meaning: { en: "a stage of the approval names nobody who may decide", ko: "승인 단계에 이 사람에 대해 결정할 담당자가 없습니다" },
    remedy: {
      en: "The evidence names the stage. Give that stage an orElse, or set the sponsor: in the invitation or the code's row.",
      ko: "근거에 단계가 있습니다. 그 단계에 orElse를 지정하거나 초대 또는 코드 행에 후원자를 지정하세요.",
    },
  },
  "approval.address-unproven": {
    meaning: {
      en: "nobody proved the person's address, so they cannot ask for approval",
      ko: "확인되지 않은 주소라 승인을 요청할 수 없습니다",
    },
    remedy: {
      en: "The person has to sign up in a way that proves the address, such as a one-time passcode.",
      ko: "일회용 암호처럼 주소를 확인하는 방법으로 가입해야 합니다.",
    },
  },
  "approval.denied": {
    meaning: { en: "the person's request was denied", ko: "요청이 거부되었습니다" },
    remedy: { en: "An approver has to reopen the request.", ko: "승인자가 요청을 다시 열어야 합니다." },
  },
  "approval.approved": {
    meaning: { en: "the person is approved, and the account is being created", ko: "승인되어 계정을 만드는 중입니다" },
    remedy: {
      en: "Nothing: the account is being created. The request shows how far it is.",
      ko: "계정을 만드는 중이므로 할 일이 없습니다. 진행 상황은 요청에 있습니다.",
    },
  },
  "approval.provisioned": {
    meaning: { en: "the person already has an account", ko: "이미 계정이 있습니다" },
    remedy: { en: "Nothing: the person signs in with the account that they have.", ko: "이미 있는 계정으로 로그인하면 됩니다." },
  },
  "approval.failed": {
    meaning: { en: "the person is approved, but the account could not be created", ko: "승인되었지만 계정을 만들지 못했습니다" },
    remedy: {
      en: "Open the request: it shows what failed, and you can retry it.",
      ko: "요청을 열어 보세요. 실패한 이유가 있으며 다시 시도할 수 있습니다.",
    },
  },
};
