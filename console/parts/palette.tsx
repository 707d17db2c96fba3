import { pageTexts } from "../texts/languages";
import { Icon } from "./icon";

/** Searches while somebody types, and finds commands, in browsers that run scripts. Its form leads to the search page. */
export function Palette() {
  return (
    <dialog id="palette" aria-label={t.name} data-found={t.found} data-none={t.none}>
      <form method="get" action="/search">
        <Icon name="search" />
        <input
          name="q"
          role="combobox"
          aria-label={t.name}
          aria-autocomplete="list"
          aria-controls="palette-found"
          aria-expanded="false"
          placeholder={t.hint}
          autocomplete="off"
          spellcheck={false}
        />
        <kbd>Esc</kbd>
      </form>
      <div id="palette-found" data-results></div>
      <p class="hidden hint" role="status"></p>
      <footer>
        {Object.entries(t.keys).map(([keys, means]) => (
          <span>
            {keys.split(" ").map((key) => (
              <kbd>{key}</kbd>
            ))}{" "}
            {means}
          </span>
        ))}
      </footer>
    </dialog>
  );
}

const t = pageTexts({
  name: ["Search or run a command", "검색 또는 명령 실행"],
  hint: ["Name, address, domain, entry, code or command", "이름, 주소, 도메인, 항목, 코드 또는 명령"],
  found: ["{count} found", "{count}개를 찾았습니다"],
  none: ["Nothing found. Press Enter to see what you can search for.", "찾은 내용이 없습니다. Enter를 누르면 검색 도움말을 봅니다."],
  keys: {
    "↑ ↓": ["move", "이동"],
    Enter: ["open", "열기"],
    "Ctrl Enter": ["in a new tab", "새 탭에서 열기"],
    ">": ["commands", "명령"],
    "#": ["whole codes", "전체 코드"],
    "@": ["people", "사람"],
  },
});
