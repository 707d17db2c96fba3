import { pageTexts } from "../../engine/operator/page-texts";

/** Words for what speaks against a change of access. They follow the person's address. */
export const accessWords = pageTexts({
  objections: {
    unknown: ["No account with access is known, so there is no access to change.", "이용 중인 계정이 없어 변경할 내용이 없습니다."],
    known: ["The account is known already.", "이미 등록된 계정입니다."],
    ended: ["The account was deleted.", "계정이 삭제되었습니다."],
    in: ["The account has access already.", "이미 이용 중인 계정입니다."],
    disabled: ["The account is disabled already.", "계정이 이미 비활성화되었습니다."],
    endless: ["Access has no end.", "이용 기한이 없습니다."],
    "no-later": ["The new end would not be later than the present one.", "종료일이 지금보다 늦지 않습니다."],
    "note-too-long": ["The note is too long.", "메모가 너무 깁니다."],
    already: ["It is so already.", "이미 그렇게 되어 있습니다."],
    unset: [
      "No end is set yet: the policy's end is set within the hour.",
      "종료일이 아직 없습니다. 정책의 종료일은 한 시간 안에 정해집니다.",
    ],
    "own-sponsor": ["Nobody can be their own sponsor.", "자신의 담당자가 될 수 없습니다."],
    "no-end": ["There is no earlier end to restore.", "되돌릴 종료일이 없습니다."],
    "changed-since": ["Somebody has changed the end since.", "그 사이에 다른 사람이 종료일을 바꾸었습니다."],
    "not-kept-out": ["Nothing keeps them from signing up.", "가입을 막는 것이 없습니다."],
  },
  denied: [(entry: string) => `denied by ${entry}`, (entry) => `${entry} 항목이 거부함`],
  deniedBy: [
    (entry: string, issuers: string) => `denied by ${entry} when they sign in with ${issuers}`,
    (entry, issuers) => `${issuers}(으)로 로그인하면 ${entry} 항목이 거부함`,
  ],
  effectUnknown: [
    "The gate's policy is not known here: the entry may not count.",
    "게이트의 정책을 알 수 없어 이 항목이 적용되지 않을 수 있습니다.",
  ],
  /** The consequence of a deny for an act that gives people a later end, and for one that lets them sign up again. */
  deniedFollows: {
    stays: [
      "A deny ends nobody's access: with a later end they stay in.",
      "거부는 이용을 종료하지 않으므로 기한을 연장하면 계속 이용합니다.",
    ],
    cannotSignUp: ["A deny always wins: while it stands, they cannot sign up.", "거부가 항상 우선하므로 그동안에는 가입할 수 없습니다."],
  },
  manyEnd: [
    "If many end at once, their accounts are disabled once somebody confirms it: the inbox asks.",
    "한 번에 많이 종료하면 누군가 확인한 뒤에 비활성화됩니다. 할 일 화면에서 묻습니다.",
  ],
  offers: {
    offered: ["You have offered this guest to somebody already: withdraw it first.", "이미 다른 사람에게 제안했습니다. 먼저 철회하세요."],
    "is-sponsor": ["They answer for this guest already.", "이미 이 게스트의 담당자입니다."],
    "other-domain": [
      "This address is not known to be of your organisation: only an operator can name it as the sponsor.",
      "조직의 주소인지 알 수 없습니다. 운영자만 담당자로 지정할 수 있습니다.",
    ],
  },
  notOffered: [
    "You answer for no such guest and were not offered them, or somebody answered meanwhile.",
    "담당하거나 제안받은 게스트가 아니거나 그 사이에 처리되었습니다.",
  ],
  /** For sponsors: the same for another person's guest and for an unknown one. */
  notAsked: [
    "You have no such guest, or somebody answered about them meanwhile.",
    "곧 종료되는 담당 게스트가 아니거나 그 사이에 처리되었습니다.",
  ],
});
