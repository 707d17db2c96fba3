import type { Catalogue } from "./catalogue";

const notAdmitted = "このアカウントではサインアップできません。アクセスが必要な場合は、招待元の担当者にお問い合わせください。";
const unreadable = "サインアップの内容を読み取れませんでした。しばらくしてからもう一度お試しください。";
const pausedText = "現在、サインアップを一時停止しています。しばらくしてからもう一度お試しください。";

export const ja = {
  language: "ja",
  reasons: {
    "access-list.denied": notAdmitted,
    "access-list.no-approval": notAdmitted,
    "access-list.unlisted": notAdmitted,
    "request.email": "サインアップには有効なメール アドレスが必要です。別のアドレスまたはアカウントを使用してください。",
    "request.unreadable": unreadable,
    "request.step": unreadable,
    "request.tenant": unreadable,
    "request.drill": "これは動作確認です。このアドレスでは誰もサインアップしません。",
    "posture.closed": pausedText,
    "posture.listed": pausedText,
    "attribute.required": "この項目を入力してください。",
    "attribute.invalid": "値が正しくありません。",
    "gatehouse.unavailable": "現在サインアップを処理できません。しばらくしてからもう一度お試しください。",
    "gatehouse.blocked": "サインアップできません。",
  },
  labels: {
    email: "メール アドレス",
    displayName: "表示名",
    givenName: "名",
    surname: "姓",
    jobTitle: "役職",
    streetAddress: "番地",
    city: "市区町村",
    state: "都道府県",
    postalCode: "郵便番号",
    country: "国/地域",
  },
  blockTitle: "サインアップできません",
  correctFields: "マークされた項目を修正してください。",
  problem: "{attribute}: {problem}",
  reference: "(参照番号: {reference})",
  tryLater: "しばらくしてからもう一度お試しください。",
  fullStop: "。",
} as const satisfies Catalogue;
