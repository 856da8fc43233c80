/** Name, among the baselines, of a model without what it takes from the neighbouring windows. */
export const WINDOW_ALONE = 'window-alone';
