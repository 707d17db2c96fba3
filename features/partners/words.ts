import { pageTexts } from "../../engine/operator/page-texts";

type Time = (iso: string) => string;

/** Operators' words for partners, at every door. */
export const partnerWords = pageTexts({
  states: {
    pending: ["Not proven yet", "아직 증명되지 않음"],
    proven: ["Proven", "증명됨"],
    stale: ["Record is gone", "레코드 없어짐"],
    lapsed: ["Lapsed", "효력 상실"],
  },
  overdue: [
    (until: string) =>
      `Its time was over at ${until}: its people do not count as this partner's. If the next check finds the record, they do again; otherwise the domain lapses.`,
    (until) =>
      `기한이 ${until}에 지나 이 파트너로 인정되지 않습니다. 다음 확인에서 레코드를 찾으면 다시 인정되고, 찾지 못하면 효력을 잃습니다.`,
  ],
  overdueState: ["Time is over", "기한 지남"],
  concerns: {
    "no-domain": [
      (_: Time, meant: string | undefined) => `This is not a domain: write ${meant ?? "it like contoso.com"}.`,
      (_, meant) => (meant === undefined ? "contoso.com과 같은 도메인을 입력하세요." : `도메인이 아닙니다. 이렇게 입력하세요: ${meant}`),
    ],
    "mail-provider": [
      () => "Anybody can get an address there, so a proof would say nothing about its other users. Name the partner's own domain.",
      () => "누구나 주소를 받을 수 있는 도메인이라 증명해도 의미가 없습니다. 파트너 자체 도메인을 입력하세요.",
    ],
    doubtful: [
      () =>
        "According to a public list, anybody can get an address or a name there, so a proof would say nothing about its other users. Such lists also contain some organisations.",
      () =>
        "공개 목록에 따르면 누구나 주소나 이름을 받을 수 있는 도메인이라 증명해도 의미가 없습니다. 이런 목록에는 실제 기관도 일부 들어 있습니다.",
    ],
    there: [
      (time: Time, by: string, addedAt: string) => `This domain is there already, added by ${by} at ${time(addedAt)}.`,
      (time, by, addedAt) => `이미 있는 도메인입니다(${time(addedAt)}에 ${by} 추가).`,
    ],
    unreadable: [
      (_: Time, column: string) =>
        `Its row cannot be read, because of the column ${column}. It counts for nobody: correct it, or remove it.`,
      (_, column) => `${column} 열 때문에 행을 읽을 수 없어 아무에게도 적용되지 않습니다. 고치거나 삭제하세요.`,
    ],
    missing: [
      () => "This domain is no partner. A subdomain is a domain of its own.",
      () => "파트너 도메인이 아닙니다. 하위 도메인은 별도의 도메인입니다.",
    ],
    removes: [
      "From the next sign-up on, its people no longer count as a partner's people. Entries that its contacts allowed end, and stay ended after an Undo.",
      "다음 가입부터 파트너로 취급하지 않습니다. 담당자가 허용한 항목은 종료되며, 실행을 취소해도 종료된 상태로 남습니다.",
    ],
    leaves: [
      (count: number) => `The domain is no partner any more. ${count} of its contacts' entries let people in; they end.`,
      (count) => `더 이상 파트너가 아닙니다. 담당자가 허용한 항목 ${count}개가 종료됩니다.`,
    ],
    lapsed: [
      (time: Time, since: string) => `It lapsed at ${time(since)}: adding the domain again makes a new record.`,
      (time, since) => `${time(since)}에 효력을 잃었습니다. 도메인을 다시 추가하면 새 레코드가 만들어집니다.`,
    ],
  },
});
