import { pageTexts } from "../../texts/languages";

export const listExportTexts = pageTexts(
  {
    title: "Export the access list",
    intro:
      "The list is exported in parts, in no order. Each part is a CSV file that can be imported by itself; together they are the whole list.",
    rows: "entries",
  },
  {
    title: "접근 목록 내보내기",
    intro: "목록을 여러 부분으로 나누어 순서 없이 내보냅니다. 각 부분은 따로 가져올 수 있는 CSV 파일이며, 모두 합치면 전체 목록입니다.",
    rows: "항목",
  },
);
