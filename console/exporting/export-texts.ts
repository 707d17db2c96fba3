import { pageTexts } from "../texts/languages";

/** @param what is counted: "entries", "decisions" */
export const exportTexts = pageTexts(
  {
    oneFileHint: "Downloads the parts one after the other and saves them as one file. Keep this page open until then.",
    oneFile: "Download as one file",
    soFar: (what: string) => `{rows} ${what} so far…`,
    tryingAgain: (what: string) => `{rows} ${what} so far. The last answer did not arrive; trying again…`,
    interrupted: (what: string) => `Interrupted after {rows} ${what}. They are kept: press the button again to go on from there.`,
    done: (what: string) => `Done: {rows} ${what}.`,
    parts: "Parts",
    part: "File",
    noParts: "There are none.",
    moreParts: "More parts",
    command: "At the terminal:",
    noSuchPart: "The address names no part of an export, or is too old. Nothing was exported.",
    again: "Begin the export again",
  },
  {
    oneFileHint: "모든 부분을 차례로 내려받아 한 파일로 저장합니다. 끝날 때까지 이 페이지를 열어 두세요.",
    oneFile: "한 파일로 내려받기",
    soFar: (what) => `지금까지 ${what} {rows}개…`,
    tryingAgain: (what) => `지금까지 ${what} {rows}개. 마지막 응답이 오지 않아 다시 시도합니다…`,
    interrupted: (what) => `${what} {rows}개에서 중단되었습니다. 받은 내용은 그대로 있습니다. 버튼을 다시 누르면 이어서 받습니다.`,
    done: (what) => `완료: ${what} {rows}개.`,
    parts: "부분",
    part: "파일",
    noParts: "없습니다.",
    moreParts: "다음 부분 보기",
    command: "명령줄에서:",
    noSuchPart: "주소가 내보내기의 어느 부분도 가리키지 않거나 너무 오래되었습니다. 내보낸 내용은 없습니다.",
    again: "내보내기 다시 시작",
  },
);
