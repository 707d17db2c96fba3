import { createHash } from "node:crypto";
import { ADAPT } from "./adapt";
import { ENHANCE } from "./enhance";
import { STYLE } from "./style";

/** A file that pages load. Its name changes with its content, so browsers may keep it for ever. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d4f6e"/><path d="M4 13V7a4 4 0 0 1 8 0v6h-2V7a2 2 0 0 0-4 0v6z" fill="#fff"/></svg>`;

export const assets = {
  style: asset("style", "css", "text/css; charset=utf-8", STYLE),
  adapt: asset("adapt", "js", "text/javascript; charset=utf-8", ADAPT),
  enhance: asset("enhance", "js", "text/javascript; charset=utf-8", ENHANCE),
  icon: asset("icon", "svg", "image/svg+xml", ICON),
};

function asset(name: string, ending: string, type: string, content: string): Asset {
  const hash = createHash("sha256").update(content).digest("base64url").slice(0, 10);
  return { path: `/${name}.${hash}.${ending}`, type, content };
}
