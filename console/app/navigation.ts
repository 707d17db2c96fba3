import type { Access } from "../session/roles";
import { type PageTexts, pageTexts } from "../texts/languages";

export interface NavigationItem {
  readonly path: string;
  readonly access: Access;
  readonly name: PageTexts<string>;
}

/** The menu, in its order. */
export const navigation: readonly NavigationItem[] = [
  { path: "/", access: "Reader", name: pageTexts("Overview", "개요") },
  { path: "/approvals", access: "Reader", name: pageTexts("Approvals", "승인") },
  { path: "/decisions", access: "Reader", name: pageTexts("Decisions", "결정") },
  { path: "/access-list", access: "Reader", name: pageTexts("Access list", "접근 목록") },
  { path: "/profiles", access: "Reader", name: pageTexts("Profiles", "프로필") },
  { path: "/reference-data", access: "Reader", name: pageTexts("Reference data", "기준 데이터") },
  { path: "/audit", access: "Reader", name: pageTexts("Changes", "변경 내역") },
  { path: "/sessions", access: "Administrator", name: pageTexts("Sessions", "세션") },
];
