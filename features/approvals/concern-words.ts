import { pageTexts } from "../../engine/operator/page-texts";

/** Operators' words for what speaks against letting a person in, at every door but the mail's link. */
export const concernWords = pageTexts({
  titles: {
    "issuer-not-supported": ["No account possible", "계정 생성 불가"],
    "identity-incomplete": ["Identity incomplete", "ID 정보 부족"],
    "failed-before": ["Account failed before", "이전에 계정 생성 실패"],
    "account-exists": ["Account exists", "기존 계정 있음"],
    "denied-by-list": ["Denied by the access list", "접근 목록에서 거부됨"],
    "look-alike": ["Look-alike domain", "유사 도메인"],
    "not-proven": ["Address not verified", "주소 미확인"],
    "other-name": ["other name", "다른 이름"],
    "other-provider": ["other provider", "다른 제공자"],
    "other-attributes": ["other attributes", "다른 특성"],
    "denied-before": ["denied before", "이전에 거부됨"],
    "effect-unknown": ["Policy not known", "정책을 알 수 없음"],
    "has-access": ["Has access", "이미 이용 중"],
    "no-rule": ["No rule reads invitations", "초대를 확인하는 규칙 없음"],
    "gate-not-open": ["Gate not open", "게이트가 열려 있지 않음"],
    "denied-by-provider": ["Denied with a provider", "제공자에 따라 거부됨"],
    "invited-already": ["Invited already", "이미 초대됨"],
  },
  issuerNotSupported: [
    (provider: string) =>
      `Gatehouse can't create guest accounts for ${provider}: if you approve, the account fails, unless your settings invite everybody. Create the account in Entra instead, or deny.`,
    (provider) =>
      `Gatehouse는 ${provider}의 게스트 계정을 만들 수 없습니다. 모두 초대하도록 설정하지 않았다면 승인해도 계정 생성이 실패합니다. Entra에서 직접 계정을 만들거나 거부하세요.`,
  ],
  identityIncomplete: [
    (provider: string) =>
      `Entra didn't send the person's id at ${provider}: if you approve, the account fails. Create the account in Entra instead, or deny.`,
    (provider) =>
      `Entra가 ${provider}의 사용자 ID를 보내지 않았습니다. 승인해도 계정 생성이 실패합니다. Entra에서 직접 계정을 만들거나 거부하세요.`,
  ],
  failedBefore: [
    "Gatehouse could not create an account for this request before. Find out what was fixed since.",
    "이 요청의 계정 생성이 이전에 실패했습니다. 그 뒤 무엇이 해결되었는지 확인하세요.",
  ],
  accountExists: [
    "The person already has an account. If you approve, it is kept as it is, or the new one fails.",
    "이 사람의 계정이 이미 있습니다. 승인하면 기존 계정이 그대로 유지되거나 새 계정 생성이 실패합니다.",
  ],
  lookAlike: ["Ask somebody you know at the real domain before you approve.", "승인하기 전에 실제 도메인의 아는 사람에게 확인하세요."],
  notProven: [
    (provider: string) => `${provider} lets people claim any address. Contact the person in another way before you approve.`,
    (provider) => `${provider}에서는 누구나 임의의 주소를 쓸 수 있습니다. 승인하기 전에 다른 방법으로 본인에게 확인하세요.`,
  ],
  notProvenPass: [
    "If you approve, anyone who signs in there and claims the address is let in once.",
    "승인하면 이 제공자로 로그인하여 이 주소를 쓰는 사람이 한 번 가입할 수 있습니다.",
  ],
  deny: {
    provision: [
      "A deny always wins: while it stands, no account is created.",
      "거부가 항상 우선하므로, 거부되는 동안에는 계정이 생성되지 않습니다.",
    ],
    continue: [
      "A deny always wins: while it stands, the list refuses the sign-up.",
      "거부가 항상 우선하므로, 거부되는 동안에는 목록이 가입을 거부합니다.",
    ],
  },
  changeEntry: ["Remove or narrow the entry first.", "먼저 항목을 삭제하거나 범위를 좁히세요."],
  askOperator: ["Deny the request, or ask an operator.", "요청을 거부하거나 운영자에게 문의하세요."],
  notForYou: [
    "You can't approve this person. Ask the operators of Gatehouse.",
    "이 사람은 승인할 수 없습니다. Gatehouse 운영자에게 문의하세요.",
  ],
  whenAsked: {
    "has-access": ["When the colleague asked, the guest had access already.", "동료가 요청할 때 게스트가 이미 이용 중이었습니다."],
    "no-rule": [
      "When the colleague asked, no rule of the gate's policy read invitations: they let nobody in.",
      "동료가 요청할 때 게이트의 정책에 초대를 확인하는 규칙이 없어 초대로는 아무도 허용되지 않았습니다.",
    ],
    "gate-not-open": [
      "When the colleague asked, the gate was not open: meanwhile an invitation alone lets nobody in.",
      "동료가 요청할 때 게이트가 열려 있지 않았습니다. 그동안 초대만으로는 들어올 수 없습니다.",
    ],
    "denied-by-provider": [
      "When the colleague asked, the access list denied the guest with some provider.",
      "동료가 요청할 때 접근 목록이 일부 제공자로 로그인하는 게스트를 거부했습니다.",
    ],
  },
  gateNow: {
    "has-access": ["The guest has access already.", "게스트가 이미 이용 중입니다."],
    "no-rule": [
      "No rule of the gate's policy reads invitations: they let nobody in.",
      "게이트의 정책에 초대를 확인하는 규칙이 없어 초대로는 아무도 허용되지 않습니다.",
    ],
    "gate-not-open": [
      "The gate is not open: meanwhile an invitation alone lets nobody in.",
      "게이트가 열려 있지 않아 그동안 초대만으로는 들어올 수 없습니다.",
    ],
  },
  invitedAlready: [
    "The guest has an open invitation, with a sponsor of its own: revoke it first, or deny the request and write the colleague why.",
    "게스트에게 다른 담당자의 유효한 초대가 있습니다. 먼저 그 초대를 취소하거나, 요청을 거부하고 동료에게 이유를 알려 주세요.",
  ],
  differs: ["Not as when the person asked or was approved before.", "이전 신청 또는 승인 때와 다릅니다."],
  deniedBefore: ["The person asked again after a denial.", "거부된 뒤 다시 신청했습니다."],
  effectUnknown: [
    "The stack does not say how its policy asks the access list, so every entry counts here.",
    "스택에 정책이 접근 목록을 쓰는 방식이 없어, 여기서는 모든 항목을 적용합니다.",
  ],
});
