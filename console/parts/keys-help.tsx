import { frameTexts } from "../texts/frame-texts";
import { pageTexts } from "../texts/languages";
import { SubmitButton } from "./forms";

/** A script (browser/keys.ts) opens the help, and hides keys that have no use on the page. */
export function KeysHelp() {
  return (
    <dialog id="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">{t.title}</h2>
      <dl>
        {Object.entries(t.keys).map(([keys, means]) => (
          <div data-does={keys.split(" ")[0]?.toLowerCase()}>
            <dt>
              {keys.split(" ").map((key) => (
                <>
                  <kbd>{key}</kbd>{" "}
                </>
              ))}
            </dt>
            <dd>{means}</dd>
          </div>
        ))}
      </dl>
      <p>
        <label>
          <input type="checkbox" data-keys-on /> {t.on}
        </label>
      </p>
      <form method="dialog">
        <SubmitButton text={frameTexts.close} class="quiet" />
      </form>
    </dialog>
  );
}

/** The button is visible only after a script has made keys work. */
export function KeysButton() {
  return (
    <button type="button" class="quiet" data-help hidden>
      {t.title}
    </button>
  );
}

const t = pageTexts({
  title: ["Keyboard shortcuts", "키보드 단축키"],
  /** The keys, named as on keyboards. Several keys in one text do the same or belong together. */
  keys: {
    "/ Ctrl+K": ["Search, or run a command", "검색 또는 명령 실행"],
    "J K": ["Next row, previous row; the arrow keys too", "다음 행, 이전 행(화살표 키도 같음)"],
    X: ["Select or deselect", "선택 또는 선택 해제"],
    "Shift+X": ["Select all from the last selected row to this one", "마지막으로 선택한 행부터 여기까지 모두 선택"],
    Enter: ["Open the row", "행 열기"],
    "A D": ["Approve or deny the selected, or go to this row's button", "선택한 요청 승인 또는 거부, 선택이 없으면 이 행의 버튼으로"],
    M: ["Assign the selected; if none is selected, this one to me", "선택한 요청의 담당자 지정(선택이 없으면 내가 담당)"],
    N: ["Write a note, or add an entry", "메모 쓰기 또는 항목 추가"],
    Esc: ["Leave the note", "메모에서 나가기"],
    S: ["Snooze", "다시 알림"],
    E: ["Change when it expires", "만료일 변경"],
    Z: ["Undo", "실행 취소"],
    "?": ["This help", "이 도움말"],
  },
  on: ["Single letters are shortcuts in this browser", "이 브라우저에서 글자 하나로 된 단축키 사용"],
});
