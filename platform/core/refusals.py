"""A file is refused with a sentence for the person who chose it."""


class FileRefused(Exception):
    def __init__(self, sentence: object) -> None:
        self.sentence = str(sentence)
        super().__init__(self.sentence)
