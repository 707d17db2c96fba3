import { aroundMatch, matchesOf } from "./pattern-words";

/** A person that no policy and no list knows: `.example` is reserved. */
export const STRANGER = "kim@unlisted.example";

const domainLike = /^(?:[@*.]|\.@|\*\.)*((?:[\p{L}\p{N}_-]+\.)+[\p{L}-]{2,})\.?$/iu;
const addressLike = /^[^\s@:/]+@((?:[\p{L}\p{N}-]+\.)+[\p{L}-]{2,})$/u;
/** `.edu`, `@edu`, `ac.kr` in a comparison of ends: nobody's own domain. */
const endLike = /^[@.]([a-z]{2,})$/i;

/** The domain that a text names: an entry, an address, a URL, the end of an address. */
export function domainIn(text: string): string | undefined {
  const host = /^https?:\/\/([^/:?#]+)/i.exec(text)?.[1];
  const plain = host ?? text.trim();
  return (
    domainLike.exec(plain)?.[1]?.toLowerCase() ??
    addressLike.exec(plain)?.[1]?.toLowerCase() ??
    (endLike.test(plain) ? `uni.${plain.slice(1)}`.toLowerCase() : undefined)
  );
}

/** Whether it is a whole address. */
export function isAddressLike(text: string): boolean {
  return addressLike.test(text.trim());
}

/** Addresses at a domain and beside it, the likeliest first. */
export function addressesAround(domain: string): readonly string[] {
  const [label = "", ...rest] = domain.split(".");
  const end = rest.join(".");
  return [
    `kim@${domain}`,
    `kim@eu.${domain}`,
    `kim@x${domain}`,
    `kim@${domain}.evil.example`,
    `${domain}@evil.example`,
    `kim@x-${domain}`,
    `kim@a.b.${domain}`,
    `KIM@${domain.toUpperCase()}`,
    `kim+x@${domain}`,
    `kim.${domain}@evil.example`,
    `kim+${domain}@evil.example`,
    `kim@${label}x.${end}`,
    `kim@${label}.example`,
    `kim@${label}-evil.${end}`,
    ...(rest.length > 1 ? [`kim@${rest.join(".")}`, `kim@${label}x${end}`] : []),
    `kim@${domain.replace(/[oae]/, (letter) => ({ o: "о", a: "а", e: "е" })[letter] ?? letter)}`,
    `admin@${domain}`,
    `kim@${domain}.`,
  ];
}

/** Addresses that are, or look like, one that a policy or list names. */
export function addressesLike(address: string): readonly string[] {
  const [local = "", domain = ""] = address.trim().split(/@(?=[^@]*$)/);
  return [
    address.trim(),
    `${local}x@${domain}`,
    `x${local}@${domain}`,
    `${local}+x@${domain}`,
    `${local.toUpperCase()}@${domain}`,
    `${local}@evil.example`,
    `${local}@x${domain}`,
    `${local.slice(0, 1)}.${local.slice(1)}@${domain}`,
  ];
}

/** What an expression about addresses or domains takes, and what it should not. */
export function addressesByPattern(literal: string): readonly string[] {
  return matchesOf(literal).flatMap((text) => {
    const near = [text, ...aroundMatch(text)].flatMap((each) =>
      each.includes("@") ? [each.startsWith("@") ? `kim${each}` : each] : [`kim@${each}`, `kim@eu.${each}`],
    );
    return near.filter((each) => /^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(each));
  });
}

/** People of public providers, and addresses that few think of. */
export const commonAddresses: readonly string[] = [
  "kim@gmail.com",
  "kim@outlook.com",
  "kim@mailinator.com",
  "kim@privaterelay.appleid.com",
  "kim@mozmail.com",
  "k.i.m+x@gmail.com",
  "admin@unlisted.example",
  "kim2@unlisted.example",
  "kim@unlisted.com",
  "kim@münchen.example",
];
