/** A video service and the DNS names that betray it. */
export interface ServiceRule {
  readonly service: string;
  /** Regular expression (RE2) that a lower-case DNS name must contain a match of. */
  readonly namePattern: string;
}

/** Netflix as the course finds it: every name that contains netflix or nflx. */
export const SERVICE_RULES: readonly ServiceRule[] = [
  { service: 'netflix', namePattern: 'netflix|nflx' },
  { service: 'youtube', namePattern: '(^|\\.)(googlevideo|youtube|ytimg)\\.com$' },
  { service: 'twitch', namePattern: '(^|\\.)(twitch\\.tv|ttvnw\\.net|jtvnw\\.net)$' },
];
