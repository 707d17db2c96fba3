import { pageTexts } from "../texts/languages";
import { Icon } from "./icon";

/** Search as one types, and commands, over any page where scripts run. Its form is the search page's. */
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
        {t.keys.map(([keys, means]) => (
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
  keys: [
    [
      ["↑ ↓", "move"],
      ["Enter", "open"],
      ["Ctrl Enter", "in a new tab"],
      [">", "commands"],
      ["#", "codes"],
      ["@", "people"],
    ] as readonly (readonly [keys: string, means: string])[],
    [
      ["↑ ↓", "이동"],
      ["Enter", "열기"],
      ["Ctrl Enter", "새 탭에서 열기"],
      [">", "명령"],
      ["#", "코드"],
      ["@", "사람"],
    ],
  ],
});
