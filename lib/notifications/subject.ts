/**
 * SNS takes a subject of printable ASCII without line breaks, shorter than 100 characters.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const subject = (text: string): string => {
  const ascii = text.replaceAll(/[^\x21-\x7e]+/g, " ").trim();
  return ascii.length < 100 ? ascii : `${ascii.slice(0, 96)}...`;
};
