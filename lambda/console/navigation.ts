import { type Texts, texts } from "./languages";
import type { Access } from "./roles";

export interface NavigationItem {
  readonly path: string;
  readonly access: Access;
  readonly name: Texts<string>;
}

/** The menu, in its order. */
export const navigation: readonly NavigationItem[] = [
  { path: "/", access: "Reader", name: texts("Overview", "개요") },
  { path: "/approvals", access: "Reader", name: texts("Approvals", "승인") },
  { path: "/decisions", access: "Reader", name: texts("Decisions", "결정") },
  { path: "/access-list", access: "Reader", name: texts("Access list", "접근 목록") },
  { path: "/profiles", access: "Reader", name: texts("Profiles", "프로필") },
  { path: "/reference-data", access: "Reader", name: texts("Reference data", "기준 데이터") },
  { path: "/audit", access: "Reader", name: texts("Changes", "변경 내역") },
];
