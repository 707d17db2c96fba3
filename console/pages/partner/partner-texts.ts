import { pageTexts } from "../../texts/languages";

export const partnerPageTexts = pageTexts(
  {
    title: (domain: string) => `Requests of ${domain}`,
    waiting: "Requests that wait for a decision, the oldest first",
    none: "Nobody waits for a decision.",
    only: (domain: string) => `You see the requests of people with an address at ${domain}, and no others.`,
    more: (count: number) => `${count} more wait: they follow once these are decided.`,
    did: { approve: "You approved the request.", deny: "You denied the request." } as Record<"approve" | "deny", string>,
    since: "Since",
    gone: "There is no such request, or it was decided meanwhile.",
    back: "Back to the requests",
    toList: "Your list: addresses that you allow or deny",
  },
  {
    title: (domain) => `${domain}의 요청`,
    waiting: "결정을 기다리는 요청(오래된 순)",
    none: "결정을 기다리는 사람이 없습니다.",
    only: (domain) => `${domain} 주소를 쓰는 사람의 요청만 표시됩니다.`,
    more: (count) => `${count}건이 더 있습니다. 위의 요청을 처리하면 표시됩니다.`,
    did: { approve: "요청을 승인했습니다.", deny: "요청을 거부했습니다." },
    since: "요청 시각",
    gone: "요청이 없거나 그 사이에 처리되었습니다.",
    back: "요청 목록으로",
    toList: "내 목록: 허용하거나 거부하는 주소",
  },
);
