import { pageTexts } from "../../texts/languages";
import type { QueueFlaw, Sort } from "./queue-asked";

/** Of the queue, beside what is said of single requests. */
export const queueTexts = pageTexts(
  {
    filter: "Filter and sort",
    apply: "Apply",
    all: "Show all",
    domain: "Domain of the address",
    provider: "Signed in with",
    days: "Asked at least this many days ago",
    sort: "Order",
    sorts: { oldest: "Oldest first", newest: "Newest first", due: "Due first", domain: "By domain" } as Record<Sort, string>,
    flaws: {
      domain: "The domain is not one. Write it like contoso.com.",
      provider: "The identity provider is not one. Write it as the table shows it, like google.com.",
      days: "The days are not a whole number from 0 to 9,999.",
    } as Record<QueueFlaw, string>,
    notWhole: "So many wait that only the oldest of them are sorted and grouped here. Filter by a domain or a provider to see the others.",
  },
  {
    filter: "필터 및 정렬",
    apply: "적용",
    all: "전체 보기",
    domain: "주소의 도메인",
    provider: "로그인 제공자",
    days: "신청 후 지난 일수(최소)",
    sort: "순서",
    sorts: { oldest: "오래된 순", newest: "최신 순", due: "기한 임박 순", domain: "도메인 순" },
    flaws: {
      domain: "도메인이 아닙니다. contoso.com과 같이 입력하세요.",
      provider: "ID 제공자가 아닙니다. google.com과 같이 표에 표시된 대로 입력하세요.",
      days: "일수는 0에서 9,999까지의 정수여야 합니다.",
    },
    notWhole: "대기 중인 요청이 너무 많아 가장 오래된 요청만 정렬하고 묶었습니다. 나머지를 보려면 도메인이나 제공자로 필터링하세요.",
  },
);
export type QueueTexts = (typeof queueTexts)["en"];
