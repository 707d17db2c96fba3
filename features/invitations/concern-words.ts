import { pageTexts } from "../../engine/operator/page-texts";

/** Words for what speaks against an invitation. The command's sentences follow the person's address. */
export const concernWords = pageTexts({
  own: [(email: string) => `Nobody invites themselves: ${email}`, (email) => `본인을 초대할 수는 없습니다: ${email}`],
  ownSponsor: [(email: string) => `Nobody is their own sponsor: ${email}`, (email) => `자신의 담당자가 될 수 없습니다: ${email}`],
  denied: [(entry: string) => `Denied by ${entry}: allow it first`, (entry) => `${entry} 항목이 거부함: 먼저 허용하세요`],
  deniedBy: [
    (entry: string, issuers: string) => `Denied by ${entry} when they sign in with ${issuers}`,
    (entry, issuers) => `${issuers}(으)로 로그인하면 ${entry} 항목이 거부합니다`,
  ],
  effectUnknown: [
    "The gate's policy is not known here: the entry may not count.",
    "게이트의 정책을 알 수 없어 이 항목이 적용되지 않을 수 있습니다.",
  ],
  hasAccess: ["Has access already, without an end", "이미 기한 없이 이용 중입니다"],
  hasAccessUntil: [(until: string) => `Has access already, until ${until}`, (until) => `이미 이용 중입니다(${until}까지)`],
  returns: [
    (until: string, reference: string) =>
      `It was used, and its account may sign up again until ${until}: revoking it (invite revoke ${reference}) ends that.`,
    (until, reference) =>
      `이미 사용되었으며 그 계정은 ${until}까지 다시 가입할 수 있습니다. 초대를 취소하면(invite revoke ${reference}) 끝납니다.`,
  ],
  already: ["Has an open invitation already", "이미 유효한 초대가 있습니다"],
  looksLike: [
    (domain: string, like: string) => `${domain} only looks like ${like}: invite only if you know who owns ${domain}.`,
    (domain, like) => `${domain} 도메인은 ${like} 도메인과 비슷하지만 다릅니다. ${domain} 소유자를 아는 경우에만 초대하세요.`,
  ],
  noRule: [
    "No rule of the gate's policy reads invitations: they let nobody in.",
    "게이트의 정책에 초대를 확인하는 규칙이 없어 초대로는 아무도 허용되지 않습니다.",
  ],
  gateNotOpen: [
    (gate: string, mode: string, until: string | undefined) =>
      `The gate ${gate} is set to ${mode}${until === undefined ? "" : ` until ${until}`}: meanwhile an invitation alone lets nobody in.`,
    (gate, mode, until) =>
      `${gate} 게이트가 ${until === undefined ? "" : `${until}까지 `}‘${mode}’ 상태이므로 그동안 초대만으로는 들어올 수 없습니다.`,
  ],
  notTransferred: {
    same: ["Both are the same address.", "두 주소가 같습니다."],
    "not-open": [
      (from: string) => `The invitation of ${from} is not open: only an open one can go to somebody else.`,
      (from) => `${from}의 초대가 유효하지 않습니다. 유효한 초대만 다른 사람에게 넘길 수 있습니다.`,
    ],
    invited: [
      (to: string) => `${to} has a valid invitation already, so nothing was changed: revoke one of the two instead.`,
      (to) => `${to}에게 이미 유효한 초대가 있어 아무것도 바꾸지 않았습니다. 둘 중 하나를 취소하세요.`,
    ],
  },
});
