import { pageTexts } from "../texts/languages";

export const pagingTexts = pageTexts(
  {
    pages: "Pages",
    first: "First page",
    next: "Next page",
    continueSearching: "Continue searching",
    searched: (count: string) => `${count} looked at so far; there are more.`,
    leftOut: (count: number) =>
      `${count === 1 ? "1 row cannot be read and is" : `${count} rows cannot be read and are`} not shown. Correct or delete in the table, by id:`,
    stale: "The page that the address asks for belongs to another search, or is too old. This is the first page.",
  },
  {
    pages: "페이지",
    first: "첫 페이지",
    next: "다음 페이지",
    continueSearching: "계속 검색",
    searched: (count) => `지금까지 ${count}개를 확인했으며 아직 더 있습니다.`,
    leftOut: (count) => `읽을 수 없는 행 ${count}개는 표시하지 않습니다. 테이블에서 다음 id의 행을 고치거나 삭제하세요:`,
    stale: "주소가 가리키는 페이지는 다른 검색의 것이거나 너무 오래되었습니다. 첫 페이지를 표시합니다.",
  },
);
