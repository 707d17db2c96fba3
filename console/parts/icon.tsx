/** Outlines in a box of 24 px. An icon's name is its meaning: use the icon for no other meaning. */
const shapes = {
  inbox: "M3 13l3-8h12l3 8v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1zM3 13h5l1.5 3h5L16 13h5",
  approvals: "M5 21h14M5 17h14v-2a2 2 0 0 0-2-2h-3V9.5a3.5 3.5 0 1 0-4 0V13H7a2 2 0 0 0-2 2z",
  decisions:
    "M8 3h10a2 2 0 0 1 2 2v2h-4M8 3a2 2 0 0 0-2 2v11M8 3a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2 2 2 0 0 1-4 0v-3h4M16 7v12a2 2 0 0 1-2 2H8M13 9h0M13 13h0",
  list: "M3 6l1.5 1.5L7 5M3 13l1.5 1.5L7 12M11 6.5h10M11 13h10M11 19h10M4 19h2",
  menu: "M4 6h16M4 12h16M4 18h16",
  people: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21v-1a6 6 0 0 1 6-6h2a6 6 0 0 1 6 6v1M16 3.5a4 4 0 0 1 0 7M19 15a5 5 0 0 1 3 5v1",
  person: "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 21v-1a6 6 0 0 1 6-6h2a6 6 0 0 1 6 6v1",
  account: "M10 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM3 21v-1a6 6 0 0 1 6-6h3M15 18l2 2 4-4",
  accountFailed: "M10 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM3 21v-1a6 6 0 0 1 6-6h3M16 16l5 5M21 16l-5 5",
  add: "M12 5v14M5 12h14",
  allow: "M5 13l4 4L19 7",
  deny: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12",
  close: "M6 6l12 12M18 6L6 18",
  skipped: "M6 12h12",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
  down: "M6 9l6 6 6-6",
  next: "M9 6l6 6-6 6",
  back: "M15 6l-6 6 6 6",
  sort: "M8 5v14M4 9l4-4 4 4M16 19V5M12 15l4 4 4-4",
  undo: "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  warning: "M12 4l9 16H3zM12 10v4M12 17h0",
  failing: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9 9l6 6M15 9l-6 6",
  healthy: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8 12l3 3 5-6",
  outage: "M3 21l4-4M14 3l-4 4M21 10l-4 4M6 11l7 7a4 4 0 0 1-6 0l-1-1a4 4 0 0 1 0-6zM11 6l7 7a4 4 0 0 0 0-6l-1-1a4 4 0 0 0-6 0z",
  lookAlike:
    "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M6 12s2-4 6-4 6 4 6 4-2 4-6 4-6-4-6-4zM12 12h0",
  proposal:
    "M6 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 8v8M18 20a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM18 16V8a2 2 0 0 0-2-2h-4M14 3l-3 3 3 3",
  expiry: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
  due: "M7 3h10M7 21h10M8 3v3l4 6 4-6V3M8 21v-3l4-6 4 6v3",
  snooze: "M12 20a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM12 10v3l2 1M4 6l3-3M20 6l-3-3",
  changed: "M4 6a8 8 0 1 1-1 6M4 3v4h4M12 8v4l3 2",
  editedOutside: "M14 3H6a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h6M14 3l4 4v3M14 3v4h4M14 20l1-3 5-5 2 2-5 5z",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  domain: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c3 3 3 15 0 18-3-3-3-15 0-18z",
  code: "M5 9h14M5 15h14M10 4L8 20M16 4l-2 16",
  dryRun: "M9 3h6M10 3v6l-5 10a1 1 0 0 0 1 2h12a1 1 0 0 0 1-2L14 9V3M8 15h8",
  mail: "M3 6h18v12H3zM3 7l9 6 9-6",
  note: "M4 4h16v12h-8l-4 4v-4H4zM12 7v6M9 10h6",
  alarm: "M6 17V11a6 6 0 1 1 12 0v6l2 2H4zM10 21h4",
  shield: "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12l2 2 4-4",
  gate: "M6 21V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v17M3 21h18M14 12h0",
  waits:
    "M7 12V7a1.5 1.5 0 0 1 3 0V5a1.5 1.5 0 0 1 3 0v2a1.5 1.5 0 0 1 3 0v2a1.5 1.5 0 0 1 3 0v5a7 7 0 0 1-7 7c-4 0-5-3-8-7a1.5 1.5 0 0 1 3-2z",
  signsIn: "M10 4h8a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-8M4 12h10M10 8l4 4-4 4",
  ticket: "M3 6h18v4a2 2 0 0 0 0 4v4H3v-4a2 2 0 0 0 0-4zM14 9v6",
  form: "M3 7h18v10H3zM7 10v4",
  screen: "M7 3h10v18H7zM11 18h2",
  language: "M3 6h10M8 4v2M11 6c-1 4-4 7-7 8M6 9c1 3 3 4 6 5M13 21l4-9 4 9M14.5 18h5",
  run: "M7 4l12 8-12 8z",
  again: "M4 12a8 8 0 1 0 3-6M4 4v5h5",
  external: "M7 17L17 7M9 7h8v8",
  export: "M12 4v11M7 11l5 5 5-5M4 20h16",
  import: "M12 16V5M7 9l5-5 5 5M4 20h16",
  expand: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  more: "M5 12h0M12 12h0M19 12h0",
} as const;

export type IconName = keyof typeof shapes;

/** Gatehouse's logo, also shown in the browser's tab. */
export const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><rect width="20" height="20" rx="5" fill="#0f5c86"/><path d="M6 15V9.5a4 4 0 0 1 8 0V15h-2.4V9.5a1.6 1.6 0 0 0-3.2 0V15z" fill="#fff"/></svg>';

/** Screen readers skip the icon, because the words beside it say the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}
