import type { Catalogue } from "./catalogue";

const notAdmitted = "无法使用此帐户注册。如果你认为自己应有访问权限，请联系邀请你的人。";
const unreadable = "无法读取你的注册信息。请稍后重试。";
const pausedText = "注册已暂停。请稍后再试。";

export const zhHans = {
  language: "zh-Hans",
  reasons: {
    "access-list.denied": notAdmitted,
    "access-list.no-approval": notAdmitted,
    "access-list.unlisted": notAdmitted,
    "request.email": "注册需要有效的电子邮件地址。请使用其他地址或帐户。",
    "request.unreadable": unreadable,
    "request.step": unreadable,
    "request.tenant": unreadable,
    "request.drill": "这是一次测试：没有人用此地址注册。",
    "posture.closed": pausedText,
    "posture.listed": pausedText,
    "attribute.required": "请填写此字段。",
    "attribute.invalid": "此值无效。",
    "gatehouse.unavailable": "目前无法处理你的注册。请稍后重试。",
    "gatehouse.blocked": "你无法注册。",
  },
  labels: {
    email: "电子邮件地址",
    displayName: "显示名称",
    givenName: "名字",
    surname: "姓氏",
    jobTitle: "职务",
    streetAddress: "街道地址",
    city: "城市",
    state: "省/自治区/直辖市",
    postalCode: "邮政编码",
    country: "国家/地区",
  },
  blockTitle: "无法注册",
  correctFields: "请更正已标记的字段。",
  problem: "{attribute}：{problem}",
  reference: "（参考编号：{reference}）",
  tryLater: "请稍后重试。",
  fullStop: "。",
} as const satisfies Catalogue;
