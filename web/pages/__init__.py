"""Our pages inside Fava: extensions that also work under stock `fava practice/main.beancount`."""
