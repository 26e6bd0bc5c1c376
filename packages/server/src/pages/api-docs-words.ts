// The words around the reference of the API. They are English, as the reference itself is.

/** By name; the places are filled in by the page. */
export const words = {
  version: 'Version {version} · {document}',
  shapes: 'Shapes',
  parameters: 'Parameters',
  required: '{place}, required',
  body: 'Body',
  answers: 'Answers',
  answer: 'An answer',
  curl: 'By curl',
  other: 'Other',
  search: 'Search the operations and shapes',
  found: 'Found: {count}',
  authentication: 'Authentication',
  keyText: 'It may do all that the operator may. It belongs on servers, never in a page or an app.',
  sessionText: 'It is what the console sends, and may do what its person may.',
  authenticationText:
    'Each operation says who may call it. The commands below take the key from a variable of the shell, and one variable for each id in a path:',
} as const
